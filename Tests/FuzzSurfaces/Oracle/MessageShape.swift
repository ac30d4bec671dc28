import JSON

/// Of any message.
enum MessageShape {
    /// That no name stands in an object twice.
    static func checkNames(of value: JSONValue) throws(FuzzFinding) {
        switch value {
        case .object(let members):
            var names: Set<String> = []
            for member in members {
                guard names.insert(member.name).inserted else { throw FuzzFinding("\(member.name) stands there twice") }
                try checkNames(of: member.value)
            }
        case .array(let elements):
            for element in elements { try checkNames(of: element) }
        default: return
        }
    }

    static func check(error: JSONValue) throws(FuzzFinding) {
        guard case .object(let members) = error, Set(members.map(\.name)).isSubset(of: ["code", "message", "data"])
        else {
            throw FuzzFinding("no error")
        }
        guard case .integer? = error["code"] else { throw FuzzFinding("the code is no integer") }
        guard case .string(let message)? = error["message"], !message.isEmpty else {
            throw FuzzFinding("the error says nothing")
        }
    }
}
