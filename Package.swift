// swift-tools-version: 6.2

import PackageDescription

// Only scripts/fuzz builds the fuzzer: what it is linked with defines `main`.
let isFuzzed = Context.environment["MEMOIR_FUZZ"] == "1"

// Of several of these flags the compiler heeds the last one: only with both in one it counts which code an input reaches.
let fuzzing: [SwiftSetting] = isFuzzed ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : []

let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ] + fuzzing

let fuzzer: [Target] =
    isFuzzed
    ? [
        .executableTarget(
            name: "memoir-fuzz",
            dependencies: ["FuzzSurfaces"],
            path: "Tests/Fuzzer",
            exclude: ["tokens.dict"],
            swiftSettings: strict
        )
    ] : []

let package = Package(
    name: "memoir",
    products: [
        .executable(name: "memoir", targets: ["memoir"]),
        // What agents in Swift use: see the documentation of MemoryClient.
        .library(name: "MemoirClient", targets: ["MemoirClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        // What swift-configuration reads YAML with; used directly for the line a value stands on.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // C modules: module maps and shims, nothing else. Each is imported by exactly one Swift target.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CPQ", providers: [.apt(["libpq-dev"])]),

        .target(
            name: "Reactor",
            dependencies: ["CLinux", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: strict
        ),
        .target(name: "JSON", swiftSettings: strict),
        .target(
            name: "RedisClient",
            dependencies: [
                "Reactor", "CHiredis",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPTransport",
            dependencies: [
                "Reactor", "CCurl",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "PostgresClient",
            dependencies: [
                "Reactor", "CPQ",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Embeddings",
            dependencies: [
                "HTTPTransport", "Reactor", "JSON",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "VectorStore",
            dependencies: ["HTTPTransport", "Reactor", "JSON", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict
        ),
        .target(
            name: "JobQueue",
            dependencies: ["RedisClient", "Reactor", "JSON"],
            swiftSettings: strict
        ),
        .target(
            name: "Memory",
            dependencies: [
                "JobQueue", "VectorStore", "RedisClient", "Reactor", "JSON",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Worker",
            dependencies: [
                "Memory", "JobQueue", "Embeddings", "VectorStore", "RedisClient", "Reactor",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        // The producers' side: no HTTP, no store, so that whoever depends on it needs hiredis and nothing else.
        .target(
            name: "MemoirClient",
            dependencies: [
                "JobQueue", "RedisClient", "Reactor", "JSON",
                .product(name: "Instrumentation", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // Texts with places for columns: the settings check them, the backfill fills them in.
        .target(name: "Templates", swiftSettings: strict),
        // Rows of a database made into jobs.
        .target(
            name: "Backfill",
            dependencies: [
                "Memory", "Embeddings", "JobQueue", "RedisClient", "PostgresClient", "VectorStore", "JSON", "Reactor",
                "Templates",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // Keeps what is measured, and writes it as Prometheus reads it.
        .target(
            name: "Prometheus",
            dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: strict
        ),
        // Sends spans to a collector.
        .target(
            name: "OpenTelemetry",
            dependencies: [
                "HTTPTransport", "JSON", "Reactor",
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // What operators look at over HTTP: health, metrics, the API and the page.
        .target(
            name: "Ops",
            dependencies: [
                "Prometheus", "MCP", "Memory", "JobQueue", "MemoirClient", "RedisClient", "JSON", "Reactor",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["Page", "API/openapi.json"],
            swiftSettings: strict,
            // It is run for every build, also of the fuzzer, with whose flags it cannot be linked.
            plugins: isFuzzed ? [] : ["EmbedPage"]
        ),
        // The page's files and the API's description become literals of the program: it is one file to install.
        .plugin(name: "EmbedPage", capability: .buildTool(), dependencies: ["embed-page"]),
        .executableTarget(name: "embed-page", swiftSettings: strict),
        // The Model Context Protocol, of servers: it knows nothing of memory, and of no socket.
        .target(name: "MCP", dependencies: ["JSON"], swiftSettings: strict),
        // The memory as tools, resources and prompts of an MCP server.
        .target(
            name: "MemoryTools",
            dependencies: [
                "MCP", "MemoirClient", "Memory", "VectorStore", "JobQueue", "RedisClient", "Reactor", "JSON",
            ],
            swiftSettings: strict
        ),
        // What `memoir doctor` checks, and what it says about it.
        .target(
            name: "Doctor",
            dependencies: ["Memory", "JobQueue", "Embeddings", "VectorStore", "RedisClient", "Reactor"],
            swiftSettings: strict
        ),
        .target(
            name: "Settings",
            dependencies: [
                "Templates",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "memoir",
            dependencies: [
                "Settings", "Doctor", "Ops", "MemoryTools", "MCP", "Prometheus", "OpenTelemetry", "Worker",
                "MemoirClient", "Backfill", "Templates", "Memory", "JobQueue", "Embeddings", "VectorStore",
                "RedisClient", "PostgresClient", "HTTPTransport", "JSON", "Reactor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),

        .executableTarget(
            name: "redis-floor",
            dependencies: ["CHiredis"],
            path: "Benchmarks/RedisFloor",
            linkerSettings: [.linkedLibrary("hiredis")]
        ),
        .executableTarget(
            name: "memoir-bench",
            dependencies: [
                "Worker", "Backfill", "Templates", "Memory", "JobQueue", "Embeddings", "VectorStore", "RedisClient",
                "PostgresClient", "Prometheus", "Reactor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Benchmarks/MemoirBench",
            swiftSettings: strict
        ),

        .testTarget(
            name: "MemoirTests",
            dependencies: [
                "memoir", "JobQueue", "Memory", "Settings",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // Starts Redis servers for the tests of several targets.
        .target(
            name: "RedisServerFixture",
            dependencies: ["RedisClient", "Reactor", .product(name: "Logging", package: "swift-log")],
            path: "Tests/RedisServerFixture",
            swiftSettings: strict
        ),
        .testTarget(name: "ReactorTests", dependencies: ["Reactor"], swiftSettings: strict),
        .testTarget(
            name: "RedisClientTests",
            dependencies: [
                "RedisClient", "Reactor", "RedisServerFixture",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // Starts PostgreSQL servers for the tests of several targets.
        .target(
            name: "PostgresServerFixture",
            // Of the other fixture it takes the free ports, which are given out in one place.
            dependencies: [
                "PostgresClient", "Reactor", "RedisServerFixture", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/PostgresServerFixture",
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresClientTests",
            dependencies: [
                "PostgresClient", "Reactor", "PostgresServerFixture",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["tls_proxy.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "JobQueueTests",
            dependencies: [
                "JobQueue", "RedisClient", "Reactor", "JSON", "RedisServerFixture",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MemoirClientTests",
            dependencies: [
                "MemoirClient", "JobQueue", "JSON", "OpenTelemetry", "RedisClient", "Reactor", "RedisServerFixture",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: ["HTTPTransport", "Reactor", "CCurl"],
            exclude: ["server.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EmbeddingsTests",
            dependencies: ["Embeddings", "HTTPTransport", "JSON"],
            swiftSettings: strict
        ),
        // Writes its input's estimates, for the end-to-end test that compares them with the tokenizer's counts.
        .executableTarget(
            name: "token-estimates",
            dependencies: ["Embeddings", "JSON"],
            path: "Tests/TokenEstimates",
            swiftSettings: strict
        ),
        .testTarget(
            name: "VectorStoreTests",
            dependencies: ["VectorStore", "HTTPTransport", "JSON"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MemoryTests",
            dependencies: [
                "Memory", "JobQueue", "VectorStore", "JSON", "RedisClient", "Reactor", "RedisServerFixture",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Worker", "Memory", "JobQueue", "Embeddings", "VectorStore", "RedisClient", "Reactor", "JSON",
                "OpenTelemetry", "Prometheus", "RedisServerFixture", "MemoryTools", "MCP", "MemoirClient",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DoctorTests",
            dependencies: [
                "Doctor", "Memory", "JobQueue", "Embeddings", "VectorStore", "HTTPTransport", "RedisClient", "Reactor",
                "RedisServerFixture",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PrometheusTests",
            dependencies: ["Prometheus", .product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OpenTelemetryTests",
            dependencies: [
                "OpenTelemetry", "HTTPTransport", "JSON", "Reactor",
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OpsTests",
            dependencies: [
                "Ops", "Prometheus", "Memory", "JobQueue", "MemoirClient", "RedisClient", "JSON", "Reactor",
                "RedisServerFixture",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "MCPTests", dependencies: ["MCP", "JSON"], swiftSettings: strict),
        .testTarget(
            name: "MemoryToolsTests",
            dependencies: ["MemoryTools", "MCP", "MemoirClient", "Memory", "JobQueue", "JSON", "FuzzSurfaces"],
            swiftSettings: strict
        ),
        // What bytes from outside reach of the MCP server, and what must hold of its answers: for the fuzzer and for tests.
        .target(
            name: "FuzzSurfaces",
            dependencies: ["MemoryTools", "MCP", "MemoirClient", "Memory", "JobQueue", "JSON"],
            path: "Tests/FuzzSurfaces",
            exclude: ["Corpus"],
            swiftSettings: strict
        ),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzSurfaces", "MCP"], swiftSettings: strict),
        .testTarget(
            name: "SettingsTests",
            dependencies: ["Settings", "Templates", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict
        ),
        .testTarget(name: "TemplatesTests", dependencies: ["Templates"], swiftSettings: strict),
        .testTarget(
            name: "BackfillTests",
            dependencies: [
                "Backfill", "JobQueue", "Memory", "JSON", "Templates", "PostgresClient", "RedisClient", "Reactor",
                "PostgresServerFixture", "RedisServerFixture",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
    ] + fuzzer
)
