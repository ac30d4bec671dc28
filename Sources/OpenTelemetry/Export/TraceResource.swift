/// Who sends the spans: the same for all of a process.
package struct TraceResource: Sendable {
    /// `service.name`
    package var serviceName: String
    /// `service.version`
    package var serviceVersion: String
    /// `service.instance.id`: tells apart the processes of one service.
    package var instanceID: String

    package init(serviceName: String, serviceVersion: String, instanceID: String) {
        self.serviceName = serviceName
        self.serviceVersion = serviceVersion
        self.instanceID = instanceID
    }
}
