import ArgumentParser

struct OutputOptions: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print the result as JSON, for programs.")
    var isJSON = false
}
