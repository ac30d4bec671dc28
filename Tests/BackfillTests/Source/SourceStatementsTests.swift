import Testing

@testable import Backfill

@Suite("Source statements")
struct SourceStatementsTests {
    private let statements = SourceStatements(
        relation: "public.reports",
        primaryKey: ["campaign", "day"],
        columns: ["campaign", "day", "Wei\"rd"],
        updated: "changed"
    )

    @Test("the first page begins with the first row")
    func firstPage() {
        let page = statements.page(RowSelection(), after: nil, limit: 10)
        #expect(
            page.sql
                == #"SELECT "campaign", "day", "Wei""rd" FROM public.reports AS source WHERE "campaign" IS NOT NULL AND "day" IS NOT NULL ORDER BY "campaign", "day" LIMIT 10"#
        )
        #expect(page.parameters.isEmpty)
    }

    @Test("a page begins behind the last row, and values are bound")
    func nextPage() {
        let selection = RowSelection(since: "2026-01-01", condition: "spend > 1 -- or more")
        let page = statements.page(selection, after: RowKey(["x'); DROP", "2026-02-01"]), limit: 5)
        #expect(page.parameters == ["2026-01-01", "x'); DROP", "2026-02-01"])
        #expect(page.sql.contains(#" AND "changed" >= $1 AND (spend > 1 -- or more"# + "\n)"))
        #expect(page.sql.hasSuffix(#" AND ("campaign", "day") > ($2, $3) ORDER BY "campaign", "day" LIMIT 5"#))
    }

    @Test("rows by their primary keys")
    func rows() {
        let rows = statements.rows([RowKey(["a", "1"]), RowKey(["b", "2"])])
        #expect(rows.parameters == ["a", "1", "b", "2"])
        #expect(rows.sql.contains(#"("campaign", "day") IN (($1, $2), ($3, $4))"#))
    }

    @Test("what the database guarantees is not counted")
    func census() {
        #expect(statements.census(RowSelection(), isUnique: true).sql.contains("DISTINCT") == false)
        #expect(statements.census(RowSelection(), isUnique: false).sql.contains(#"DISTINCT ("campaign", "day")"#))
    }
}
