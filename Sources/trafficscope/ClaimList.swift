import TrafficCore

/// The claims that a comparison answers: those that are built in, and the user's.
enum ClaimList {
    static func all(_ files: [String]) throws(CommandFailure) -> [Claim] {
        var claims = try StudyFolder.checked { () throws(StudyError) in try ClaimFile.builtIn() }
        for file in files {
            let octets = try SystemCalls.readFile(file, limit: 4 << 20)
            let more = try StudyFolder.checked { () throws(StudyError) in try ClaimFile.read(octets, name: file) }
            // A claim of the same id takes the built-in one's place.
            claims = claims.filter { claim in !more.contains { $0.id == claim.id } } + more
        }
        return claims
    }
}
