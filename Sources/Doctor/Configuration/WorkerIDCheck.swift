/// Whether workers can be told apart.
struct WorkerIDCheck: Check {
    let name = "worker id"
    let fixedID: String?

    func findings() -> [Finding] { [Self.judge(fixedID)] }

    static func judge(_ fixedID: String?) -> Finding {
        guard let fixedID else { return .ok("each worker makes its own") }
        return .warning(
            "worker.id is set to \(fixedID) by hand: two workers of one id take each other's jobs for their own",
            mend: "unset MEMOIR_WORKER_ID   # and take worker.id out of memoir.yaml: memoir config says where it is set"
        )
    }
}
