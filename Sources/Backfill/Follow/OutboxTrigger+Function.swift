extension OutboxTrigger {
    /// The trigger's function. Values are written as this client's sessions have them, whatever the session that makes the
    /// change is set to: what is compared later are texts.
    var function: String {
        let body = body
        var tag = "$memoir$"
        while body.utf8.contains(tag.utf8) { tag = "$\(tag.dropFirst().dropLast())_$" }
        return """
            CREATE OR REPLACE FUNCTION \(quotedFunction)() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, pg_temp
            SET "TimeZone" = 'UTC'
            SET "DateStyle" = 'ISO'
            SET "IntervalStyle" = 'iso_8601'
            SET extra_float_digits = 1
            SET bytea_output = 'hex'
            AS \(tag)
            \(body)
            \(tag)
            """
    }

    /// One row for each change: `row_key` is the primary key of the row as it is now, `gone` is what it was called before,
    /// where it was deleted or is called otherwise. Neither is there of a TRUNCATE.
    private var body: String {
        """
        DECLARE
            new_key jsonb;
            old_identity jsonb;
        BEGIN
            IF TG_OP IN ('INSERT', 'UPDATE') THEN
                new_key := \(object("NEW", primaryKey));
            END IF;
            IF TG_OP IN ('UPDATE', 'DELETE') THEN
                old_identity := \(object("OLD", identity));
            END IF;
            IF TG_OP = 'UPDATE' THEN
                IF old_identity = \(object("NEW", identity)) THEN
                    old_identity := NULL;
                END IF;
            END IF;
            INSERT INTO \(table.outbox) (collection, row_key, gone)
            VALUES (\(SQLText.literal(collection)), new_key, old_identity);
            PERFORM pg_notify(\(SQLText.literal(Self.outbox)), \(SQLText.literal(collection)));
            RETURN NULL;
        END
        """
    }

    /// A JSON object of the columns' names and texts. A type's own text, which a cast need not give: a boolean is `t`.
    private func object(_ row: String, _ columns: [String]) -> String {
        let pairs = columns.map { column in
            let value = "\(row).\(SQLText.name(column))"
            return "\(SQLText.literal(column)), CASE WHEN \(value) IS NOT DISTINCT FROM NULL THEN NULL "
                + "ELSE format('%s', \(value)) END"
        }
        // A function takes 100 arguments at most.
        let parts = stride(from: 0, to: pairs.count, by: 40).map { start in
            "jsonb_build_object(\(pairs[start..<min(start + 40, pairs.count)].joined(separator: ", ")))"
        }
        return parts.joined(separator: " || ")
    }
}
