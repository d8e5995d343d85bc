extension AppCatalog {
    /// The app that a label names: by package, process or name where the catalogue has one of them; else an app without an owner,
    /// called by the best of what the label has. nil when it names nobody.
    func identity(of label: AppLabel) -> AppIdentity? {
        for alias in [label.package, label.process, label.name] {
            if let alias, let known = identity(forAlias: alias) { return known }
        }
        guard let name = label.package ?? label.name ?? label.process ?? label.uid.map({ "uid-\($0)" }), !name.isEmpty else { return nil }
        return AppIdentity(id: name)
    }
}
