import Glibc

enum ProcessID {
    static var current: Int { Int(getpid()) }
}
