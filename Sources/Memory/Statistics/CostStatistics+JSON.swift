internal import JSON
internal import JobQueue

extension CostStatistics {
    /// The member `cost` of an object.
    func write(to writer: inout JSONWriter) {
        writer.name("cost")
        writer.beginObject()
        writer.name("today")
        writer.beginObject()
        today.write(to: &writer)
        writer.endObject()
        for (name, accounts) in [("by_lane", lanes), ("by_collection", collections), ("by_tenant", tenants)] {
            writer.name(name)
            writer.beginObject()
            for account in accounts {
                writer.name(account.name)
                writer.beginObject()
                account.spent.write(to: &writer)
                writer.endObject()
            }
            writer.endObject()
        }
        writer.name("truncated")
        writer.bool(isTruncated)
        writer.name("days")
        writer.beginArray()
        for day in days {
            writer.beginObject()
            writer.name("day")
            writer.string(day.day.description)
            day.spent.write(to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writeBudget(&writer)
        writer.endObject()
    }

    private func writeBudget(_ writer: inout JSONWriter) {
        writer.name("budget")
        writer.beginObject()
        writer.name("daily_dollars")
        writer.figure(dailyBudget > 0 ? Double(dailyBudget) / 1e9 : nil)
        writer.name("spent_dollars")
        writer.figure(today.dollars)
        writer.name("state")
        writer.string(budgetState.rawValue)
        writer.endObject()
    }
}

extension Spent {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.name("tokens")
        writer.integer(tokens)
        writer.name("requests")
        writer.integer(requests)
        writer.name("dollars")
        writer.figure(dollars)
    }
}
