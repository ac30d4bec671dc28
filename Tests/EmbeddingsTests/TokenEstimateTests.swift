import Embeddings
import Testing

@Suite struct TokenEstimateTests {
    /// Counts by the tokenizer `cl100k_base` itself.
    @Test(arguments: [
        (
            "The invoice from the national railway company was paid twice last month; the second payment should be refunded.",
            20
        ),
        ("Agents remember what they decided, why they decided it, and which documents they had read before.", 19),
        ("La facture de la société nationale des chemins de fer a été réglée deux fois le mois dernier.", 24),
        ("Les élèves préfèrent l'été à l'hiver, bien qu'il fasse très chaud à midi.", 26),
        ("国家铁路公司的发票上个月被支付了两次，第二笔款项应当退还。", 30),
        ("请求失败后，系统会在三十秒内重新尝试连接服务器。", 18),
        ("請求書は先月二重に支払われたため、二回目の支払いは返金されるべきです。", 40),
        ("Счёт от национальной железнодорожной компании был оплачен дважды в прошлом месяце.", 41),
        ("Die Rechnung der Eisenbahngesellschaft wurde im vergangenen Monat versehentlich zweimal bezahlt.", 26),
        ("Invoice 48213 from SNCB dated 14/03/2024, amount 1249.90 EUR, VAT BE0203.430.576, matched: false", 37),
        ("IBAN BE71 0961 2345 6769 | +++090/9337/55493+++ | 87.30 €", 29),
        (
            "{\"vendor_name\": \"Luminus\", \"amount\": 412.07, \"currency\": \"EUR\", \"matched\": false, \"lines\": [{\"sku\": \"A55310\", \"qty\": 3}]}",
            46
        ),
        ("5c56c793-69f3-4fbf-87e6-c4bf54c28c26 0e1ab7f4-18cc-4a61-9c13-ffb0a7c2d911", 53),
        ("for index in values.indices where !isFilled[index] { throw EmbeddingError(.invalidResponse, message) }", 23),
        ("def packed(self, max_tokens: int = 300_000) -> Iterator[list[str]]:\n    return iter(self._batches)", 27),
        ("AACAPwAAIMDNzMw9q83vEjRWeJC8mnhWNBIQ/ty6mHZUMhAyVHaYutz+", 36),
        ("🎉 Merci ! 🚀 À bientôt 👍", 15),
    ])
    func isNearTheTokenizer(_ text: String, _ counted: Int) {
        let estimated = TokenEstimate.tokens(in: ArraySlice(text.utf8))
        #expect(Double(estimated) >= Double(counted) * 0.9, "\(estimated) for \(counted)")
        #expect(Double(estimated) <= Double(counted) * 2 + 2, "\(estimated) for \(counted)")
    }

    @Test(arguments: [("", 0), ("a", 1), (" ", 1), ("12345678", 4), (String(repeating: "-", count: 4000), 1000)])
    func isNeverUnderAQuarterOfTheBytes(_ text: String, _ tokens: Int) {
        #expect(TokenEstimate.tokens(in: ArraySlice(text.utf8)) == tokens)
    }
}
