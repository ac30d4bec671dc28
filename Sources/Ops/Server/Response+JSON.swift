internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension Response {
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        .bytes(bytes, type: "application/json", status: status)
    }

    static func bytes(
        _ bytes: some Sequence<UInt8>,
        type: String,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
