internal import Memory
internal import VectorStore

/// Compares what Qdrant says of a collection with what the configuration declares.
struct CollectionJudgement: Sendable {
    let collection: CollectionDefinition
    /// Of the configured model.
    let dimensions: Int
    let curl: QdrantCommandLine

    private var path: String { "/collections/\(collection.name)" }

    /// The collection's own state comes last, or alone where all is as declared.
    func findings(_ found: CollectionInformation) -> [Finding] {
        let points = found.pointCount.map { "\($0) points" } ?? "an unknown number of points"
        let findings = [vectors(found, points), distance(found, points)].compactMap { $0 } + indexes(found)
        let state = status(found, points)
        guard !findings.isEmpty else { return [state] }
        return findings + (state.severity == .ok ? [] : [state])
    }

    private func vectors(_ found: CollectionInformation, _ points: String) -> Finding? {
        guard found.vectorSize != dimensions else { return nil }
        guard let size = found.vectorSize else {
            return .failure(
                "has no single unnamed vector, so it is not Memoir's: declare a collection of another name",
                mend: curl(path) + "   # what it holds; then mend collections.yaml",
                "memoir bootstrap"
            )
        }
        let text = "its vectors have \(size) dimensions, EMBEDDING_DIMENSIONS is \(dimensions)"
        return .failure(
            "\(text): all its saves and searches wait",
            mend: "export EMBEDDING_DIMENSIONS=\(size)   # and EMBEDDING_MODEL to the model it was made with; or anew:",
            curl("POST", "\(path)/snapshots") + "   # a copy of its \(points)",
            curl("DELETE", path),
            "memoir bootstrap   # then save everything again: the same keys give the same points"
        )
    }

    private func distance(_ found: CollectionInformation, _ points: String) -> Finding? {
        guard let distance = found.distance, distance != collection.distance.ofStore else { return nil }
        return .failure(
            "compares by \(distance.rawValue), collections.yaml says \(collection.distance.rawValue): "
                + "change the declaration, or make the collection anew",
            mend: curl("POST", "\(path)/snapshots") + "   # a copy of its \(points)",
            curl("DELETE", path),
            "memoir bootstrap   # then save everything again"
        )
    }

    private func indexes(_ found: CollectionInformation) -> [Finding] {
        let expected = collection.payloadIndexes
        let missing = expected.filter { found.payloadSchema[$0.field] == nil }.map(\.field)
        var findings: [Finding] = []
        if !missing.isEmpty {
            findings.append(
                .warning(
                    "no index on \(missing.joined(separator: ", ")): filters on it are slow, on Qdrant Cloud refused",
                    mend: "memoir bootstrap"
                )
            )
        }
        for index in expected {
            guard let type = found.payloadSchema[index.field]?.type, type != index.kind.rawValue else { continue }
            findings.append(
                .warning(
                    "the index on \(index.field) is of type \(type), collections.yaml says \(index.kind.rawValue)",
                    mend: curl("DELETE", "\(path)/index/\(index.field)?wait=true"),
                    "memoir bootstrap"
                )
            )
        }
        return findings
    }

    private func status(_ found: CollectionInformation, _ points: String) -> Finding {
        switch found.status {
        case "green": .ok("\(points), \(dimensions) dimensions")
        case "yellow": .note("\(points); yellow: Qdrant is optimizing it, and answers meanwhile")
        case "grey":
            .warning(
                "\(points); grey: optimizations wait for a write since Qdrant was started",
                mend: curl("PATCH", path, body: #"{"optimizers_config":{}}"#)
            )
        default:
            .failure(
                "\(points); \(found.status): an operation failed for good",
                mend: curl(path) + "   # optimizer_status says why; mend it, then restart Qdrant"
            )
        }
    }
}
