/// A profile with what is known of the run beside its packets: what stores and baseline files hold.
public struct ProfiledCapture: Sendable, Equatable {
    public var profile: CaptureProfile
    /// The app, as it was named when the capture was read. An owner here was given by hand; nil: data/apps.tsv is asked when apps are compared.
    public var app: AppIdentity
    /// Of the app, as its maker counts.
    public var version: String?
    /// "android", "ios", …, and its version.
    public var platform: String?
    public var system: String?
    /// Where the phone was, as the user writes it.
    public var region: String?
    /// The file's name, for people; nil in files that are passed on.
    public var name: String?

    public init(_ profile: CaptureProfile, app: AppIdentity) { (self.profile, self.app) = (profile, app) }
}
