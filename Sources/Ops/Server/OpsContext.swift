package import Hummingbird
internal import NIOCore

/// What a handler knows of a request besides the request itself.
package struct OpsContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The request's connection.
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// A part of the path, its percent signs resolved.
    func text(_ name: String) throws(OpsError) -> String {
        guard let raw = parameters.get(name), let text = PercentText.decode(raw) else {
            throw OpsError(400, "invalid_request", "the path holds a percent sign that stands for nothing", field: name)
        }
        return text
    }
}
