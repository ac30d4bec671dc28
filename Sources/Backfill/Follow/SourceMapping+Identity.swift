extension SourceMapping {
    /// The columns that say what a row's memory is called, by their places: of the primary key, the natural key and the
    /// tenant. Each once, in their order.
    var identityColumns: [Int] {
        var places = Set(0..<primaryKeyCount)
        for case .column(let place, _, _) in key.steps { places.insert(place) }
        if let tenantColumn { places.insert(tenantColumn) }
        return places.sorted()
    }
}
