import Testing

@testable import Settings

/// Each error names the key, where the value came from, the value, and what would be right.
@Suite struct SettingsProblemTests {
    @Test(arguments: [
        (
            "worker.blockTime=5 parsecs",
            "worker.blockTime (“5 parsecs” from --set worker.blockTime): expected a duration from 10ms to 1m, "
                + "such as 200ms, 5s, 2m, 1h or plain seconds"
        ),
        (
            "worker.slots.bulk=0",
            "worker.slots.bulk (“0” from --set worker.slots.bulk): expected a whole number from 1 to 65536"
        ),
        (
            "worker.maximumContentBytes=1MB",
            "worker.maximumContentBytes (“1MB” from --set worker.maximumContentBytes): expected a size from 1KiB to "
                + "64MiB, such as 512KiB, 1MiB or plain bytes"
        ),
        (
            "logging.level=loud",
            "logging.level (“loud” from --set logging.level): expected one of trace, debug, info, notice, warning, "
                + "error, critical"
        ),
        (
            "redis.comandTimeout=5s",
            "redis.comandTimeout (from --set redis.comandTimeout): there is no such key; did you mean "
                + "redis.commandTimeout?"
        ),
        (
            "redis.url=rediss://host",
            "redis.url (“rediss://host” from --set redis.url): connections to Redis are not encrypted here; use "
                + "redis:// through a TLS proxy"
        ),
        (
            "qdrant.url=http://:key@host",
            "qdrant.url (“http://:***@host” from --set qdrant.url): expected a URL without user name, password and "
                + "parameters; set apiKey instead"
        ),
        (
            "tracing.endpoint=https://:key@host",
            "tracing.endpoint (“https://:***@host” from --set tracing.endpoint): expected a URL without user name, "
                + "password and parameters; set tracing.headers instead"
        ),
        (
            "http.token=fifteen-letters",
            "http.token (“***” from --set http.token): is too short, expected at least 16 letters, digits and signs "
                + "of ASCII, no spaces: `openssl rand -hex 24` makes one"
        ),
        (
            "http.token=a token with spaces",
            "http.token (“***” from --set http.token): expected at least 16 letters, digits and signs of ASCII, "
                + "no spaces"
        ),
        (
            "embeddings.maximumInputTokens=400000",
            "embeddings.maximumInputTokens (“400000” from --set embeddings.maximumInputTokens): is more than "
                + "embeddings.maximumTokens, which is 300000 (the default); lower the one or raise the other"
        ),
    ])
    func messages(assignment: String, message: String) async throws {
        #expect(try await SettingsSandbox(set: [assignment]).problems() == [message])
    }

    @Test func allProblemsOfAllSourcesAreToldAtOnce() async throws {
        let sandbox = try SettingsSandbox(
            environment: [
                "MEMOIR_REDIS_COMAND_TIMEOUT": "5s", "EMBEDDING_DIMENSIONS": "many", "MEMOIR_OPENAI_API_KEY": "sk-1",
            ],
            set: ["logging.format=xml"]
        )
        let file = try sandbox.folder.write("worker:\n  readCount: [1, 2]\nlogs: true\n", to: "config/memoir.yaml")
        try sandbox.folder.write("REDIS_PORT=0\nnonsense\n", to: ".env")
        let dotenv = "\(sandbox.folder.path)/.env"
        let problems = await sandbox.problems()
        #expect(
            problems == [
                "worker.readCount (from \(file):2): expected a whole number from 1 to 10000, not a list",
                "logs (from \(file):3): there is no such key; `memoir config` lists them all",
                "\(dotenv):2: expected NAME=value",
                "redis.port (“0” from \(dotenv):1 REDIS_PORT): expected a whole number from 1 to 65535",
                "MEMOIR_OPENAI_API_KEY (from environment MEMOIR_OPENAI_API_KEY): there is no such setting; did you "
                    + "mean OPENAI_API_KEY?",
                "MEMOIR_REDIS_COMAND_TIMEOUT (from environment MEMOIR_REDIS_COMAND_TIMEOUT): there is no such "
                    + "setting; did you mean MEMOIR_REDIS_COMMAND_TIMEOUT?",
                "embeddings.dimensions (“many” from environment EMBEDDING_DIMENSIONS): expected a whole number from "
                    + "1 to 65536",
                "logging.format (“xml” from --set logging.format): expected one of text, json",
            ]
        )
    }

    @Test(arguments: [
        ("redis: {prefix: \"unclosed}\n", ":2: this is no YAML: found unexpected end of stream"),
        ("redis:\n  prefix: a\n  prefix: b\n", ":2: the mapping that begins here has a key twice: prefix"),
        ("- a\n- b\n", "expected sections"),
        ("redis: fast\n", "this is a section; its keys stand below it"),
    ])
    func brokenFiles(yaml: String, reason: String) async throws {
        let sandbox = try SettingsSandbox()
        try sandbox.folder.write(yaml, to: "config/memoir.yaml")
        let problems = await sandbox.problems()
        #expect(problems.count == 1 && problems.first?.contains(reason) == true, "\(problems)")
    }

    @Test func filesThatAreAskedForMustBeThere() async throws {
        var sandbox = try SettingsSandbox(environment: ["MEMOIR_SECRETS_DIR": "/nowhere/secrets"])
        sandbox.loader.configurationFile = "/nowhere/memoir.yaml"
        sandbox.loader.environmentFile = "/nowhere/.env"
        #expect(
            await sandbox.problems() == [
                "/nowhere/memoir.yaml: there is no such configuration file",
                "/nowhere/.env: there is no such file",
                "/nowhere/secrets: the folder of secrets cannot be listed",
            ]
        )
    }

    /// Variables of a service called `memoir` or `memoir-redis`, which Kubernetes sets by itself, are no mistake.
    @Test func serviceLinksOfKubernetesAreNoSettings() async throws {
        let sandbox = try SettingsSandbox(environment: [
            "MEMOIR_SERVICE_HOST": "10.0.0.1", "MEMOIR_SERVICE_PORT_HTTP": "8420", "MEMOIR_PORT": "tcp://10.0.0.1:8420",
            "MEMOIR_PORT_8420_TCP_ADDR": "10.0.0.1", "MEMOIR_REDIS_PORT": "tcp://10.0.0.2:6379",
        ])
        #expect(await sandbox.problems() == [])
    }
}
