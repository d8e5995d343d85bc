/// What is wrong with a file of a study, and where. The text names file, line and cure.
public struct StudyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// "study.yaml:12: captures[3]: …".
    public var description: String
    /// The file is not there or cannot be read (66), else its content is wrong (65).
    public var isMissing = false

    /// A problem that is told with its place already.
    init(_ description: String) { self.description = description }

    public init(_ file: String, _ line: Int?, _ problem: String) {
        description = file + (line.map { ":" + String($0) } ?? "") + ": " + problem
    }
}
