import JobQueue
import Testing

@testable import Memory

@Suite struct JobPreflightTests {
    private static func preflight() throws -> JobPreflight {
        let catalog = try CollectionCatalog([.invoices()])
        return JobPreflight(keys: JobKeys(), catalog: catalog, maximumTextBytes: 64, maximumJSONBytes: 64)
    }

    /// - Returns: the field at fault; nil where nothing is.
    private static func fault(_ type: JobType, _ change: (inout JobRequest) -> Void) throws -> String? {
        var request = JobRequest(type, id: "j")
        request.collection = "invoices"
        change(&request)
        let preflight = try preflight()
        do throws(InvalidJob) {
            try preflight.check(request)
            return nil
        } catch {
            return error.field
        }
    }

    @Test func `a job that a worker would do is let through`() throws {
        #expect(
            try Self.fault(.save) {
                $0.text = "SNCB"
                $0.metadata = #"{"amount":22.7,"other":[1]}"#
            } == nil
        )
        #expect(
            try Self.fault(.search) {
                $0.text = "rail"
                $0.filters = #"{"paid":false}"#
            } == nil
        )
        #expect(try Self.fault(.get) { $0.key = "a" } == nil)
        #expect(try Self.fault(.stats) { $0.collection = nil } == nil)
        let embeds = try Self.fault(.embed) {
            $0.collection = nil
            $0.text = "a"
        }
        #expect(embeds == nil)
    }

    @Test(
        arguments: [
            ("collection", "salaries", "SNCB", "{}"),
            ("content", "invoices", " ", "{}"),
            ("content", "invoices", String(repeating: "a", count: 65), "{}"),
            ("metadata.amount", "invoices", "SNCB", #"{"amount":"much"}"#),
            ("metadata._memoir", "invoices", "SNCB", #"{"_memoir":{}}"#),
            ("metadata", "invoices", "SNCB", #"{"a":"\#(String(repeating: "a", count: 64))"}"#),
        ]
    )
    func `what a worker would refuse is refused`(
        _ field: String,
        _ collection: String,
        _ text: String,
        _ metadata: String
    ) throws {
        let fault = try Self.fault(.save) {
            $0.collection = collection
            $0.text = text
            $0.metadata = metadata
        }
        #expect(fault == field)
    }

    @Test(arguments: [#"{"amount":{"gte":"much"}}"#, #"{"must":[],"amount":1}"#, "[]"])
    func `a filter is checked against the collection`(_ filters: String) throws {
        let fault = try Self.fault(.search) {
            $0.text = "rail"
            $0.filters = filters
        }
        #expect(fault?.hasPrefix("filters") == true)
    }
}
