import Templates
import Testing

@Suite struct TextTemplateTests {
    @Test(
        arguments: [
            ("{a}", [.column("a", default: nil)]),
            (
                "Invoice from {vendor_name} for {description|nothing said} €{amount}",
                [
                    .text("Invoice from "), .column("vendor_name", default: nil), .text(" for "),
                    .column("description", default: "nothing said"), .text(" €"), .column("amount", default: nil),
                ]
            ),
            ("{{{a}}}", [.text("{"), .column("a", default: nil), .text("}")]),
            ("{{a}} {b|}", [.text("{a} "), .column("b", default: "")]),
            ("{a|b|c}{a}", [.column("a", default: "b|c"), .column("a", default: nil)]),
            ("{Größe in m²}\n", [.column("Größe in m²", default: nil), .text("\n")]),
        ] as [(String, [TextTemplate.Part])]
    )
    func parses(text: String, parts: [TextTemplate.Part]) throws {
        #expect(try TextTemplate(parsing: text).parts == parts)
    }

    @Test(arguments: [
        ("", "names no column; write one in braces, such as {name}"),
        ("no {{column}}", "names no column; write one in braces, such as {name}"),
        ("é {a", "has a { that is never closed; write {{ for a brace (at character 3)"),
        ("{a} }", "has a } without its {; write }} for a brace (at character 5)"),
        ("{a {b}", "has a { inside of a column's braces; close them first (at character 4)"),
        ("a{}", "names no column between { and }; write {{ for a brace (at character 2)"),
        ("{ |x}", "names no column between { and }; write {{ for a brace (at character 1)"),
    ])
    func refuses(text: String, reason: String) throws {
        let error = #expect(throws: TemplateError.self) { try TextTemplate(parsing: text) }
        #expect(error?.description == reason)
    }

    @Test func joinsColumns() {
        let template = TextTemplate(joining: ["a", "b"], by: "/")
        #expect(template.parts == [.column("a", default: nil), .text("/"), .column("b", default: nil)])
        #expect(template.columns == ["a", "b"])
    }
}
