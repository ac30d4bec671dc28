import Testing

@testable import OpenTelemetry

@Suite struct TraceStateTests {
    private static let keyOf256 = "a" + String(repeating: "b", count: 255)
    private static let valueOf256 = String(repeating: "v", count: 256)
    private static func members(_ count: Int) -> String {
        (0..<count).map { "k\($0)=v" }.joined(separator: ",")
    }

    @Test(arguments: [
        ("", ""),
        ("rojo=00f067aa0ba902b7", "rojo=00f067aa0ba902b7"),
        ("rojo=1,congo=t61rcWkgMzE", "rojo=1,congo=t61rcWkgMzE"),
        ("rojo=1 , \t congo=2", "rojo=1,congo=2"),
        (" rojo=1\t", "rojo=1"),
        ("rojo=1,,congo=2,", "rojo=1,congo=2"),
        ("a_-*/0=1", "a_-*/0=1"),
        ("fw529a3039@dt=FfffD", "fw529a3039@dt=FfffD"),
        ("0tenant@system=1", "0tenant@system=1"),
        ("k= value with spaces", "k= value with spaces"),
        ("k=!\"#$%&'()*+-./:;<>?@[]^_`{|}~", "k=!\"#$%&'()*+-./:;<>?@[]^_`{|}~"),
        ("\(keyOf256)=1", "\(keyOf256)=1"),
        ("k=\(valueOf256)", "k=\(valueOf256)"),
        (members(32), members(32)),
    ])
    func valid(_ text: String, _ passedOn: String) {
        #expect(TraceState(parsing: text)?.text == passedOn)
    }

    @Test(arguments: [
        "rojo",
        "rojo=",
        "=1",
        "rojo= ",
        "rojo=1=2",
        "Rojo=1",
        "0rojo=1",
        "_rojo=1",
        "ro jo=1",
        "rojo =1",
        "rojo.a=1",
        "@system=1",
        "tenant@=1",
        "tenant@0system=1",
        "tenant@system@more=1",
        "tenant@systemsystemsys=1",
        "\(String(repeating: "t", count: 242))@s=1",
        "\(keyOf256)c=1",
        "k=\(valueOf256)v",
        "k=\u{7F}",
        "k=a\tb",
        "k=é",
        "rojo=1,rojo=2",
        members(33),
    ])
    func invalid(_ text: String) {
        #expect(TraceState(parsing: text) == nil)
    }
}
