import ArgumentParser
import JobQueue

extension Lane: ExpressibleByArgument {}
