/// The page that operators look at: plain HTML, CSS and ES modules, which are in the program itself.
package enum DashboardPage {
    /// All files of the folder `Page`.
    package static let files: [DashboardFile] = EmbeddedPage.files.map { file in
        DashboardFile(file.path, file.text.withUTF8Buffer { Array($0) })
    }

    /// What each file is sent with besides what every answer is. Nothing of another host is loaded, no script or style stands
    /// in the page, and no other page may frame it.
    package static let headers: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        // Asked for again each time: a worker of another version may stand behind the address.
        ("Cache-Control", "no-cache"),
    ]
}
