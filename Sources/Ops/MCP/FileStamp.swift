internal import Glibc

/// By what one sees that a file is another one than before.
struct FileStamp: Sendable, Equatable {
    let inode: UInt64
    let size: Int
    let seconds: Int
    let nanoseconds: Int
    /// Whether others than its owner may read or change it.
    let isExposed: Bool

    /// nil where there is no such file. Of a symbolic link it is that of what it leads to.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        seconds = Int(status.st_mtim.tv_sec)
        nanoseconds = Int(status.st_mtim.tv_nsec)
        isExposed = status.st_mode & (S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH) != 0
    }
}
