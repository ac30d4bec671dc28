import JSON

extension CollectionInformation {
    /// From the `result` of `GET /collections/{name}`; nil where it has no status.
    init?(_ result: JSONValue) {
        guard let status = result["status"]?.string else { return nil }
        let vectors = result["config"]?["params"]?["vectors"]
        self.init(
            status: status,
            pointCount: result["points_count"]?.integer,
            vectorSize: vectors?["size"]?.integer,
            distance: vectors?["distance"]?.string.flatMap(CollectionConfiguration.Distance.init)
        )
        guard case .object(let members)? = result["payload_schema"] else { return }
        for member in members {
            guard let type = member.value["data_type"]?.string else { continue }
            let isTenant = member.value["params"]?["is_tenant"] == .bool(true)
            payloadSchema[member.name] = PayloadField(type: type, isTenant: isTenant)
        }
    }
}

extension JSONValue {
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }
}
