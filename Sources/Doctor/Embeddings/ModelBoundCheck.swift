/// Says so where more collections are configured than are compared with the model.
struct ModelBoundCheck: Check {
    let name = "other models"
    let collections: Int

    func findings() -> [Finding] {
        let left = collections - ModelCheck.maximumCollections
        guard left > 0 else { return [] }
        return [
            .note("not compared for \(left) more: each costs a call, so that only the first \(collections - left) are")
        ]
    }
}
