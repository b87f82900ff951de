/// Which folder names types of which: a capitalised word counts when exactly one folder declares a
/// type of that name.
///
/// The compiler does not see folders; readers do.
struct FolderUses {
  /// By folder and used folder, the types named.
  private(set) var types: [String: [String: Set<String>]] = [:]

  init(_ files: [SourceFile]) {
    var owners: [String: Set<String>] = [:]
    for file in files {
      for type in file.types { owners[type, default: []].insert(file.folder) }
    }
    for file in files {
      for word in file.words {
        guard let owner = owners[word], owner.count == 1, let folder = owner.first,
          folder != file.folder
        else { continue }
        types[file.folder, default: [:]][folder, default: []].insert(word)
      }
    }
  }

  /// The folders that reach each other, each group in alphabetical order.
  var circles: Set<[String]> {
    var reached: [String: Set<String>] = [:]
    for folder in types.keys {
      var open = Array(types[folder, default: [:]].keys)
      var seen: Set<String> = []
      while let next = open.popLast() {
        if seen.insert(next).inserted { open += types[next, default: [:]].keys }
      }
      reached[folder] = seen
    }
    let groups = reached.map { folder, seen in
      seen.filter { reached[$0, default: []].contains(folder) }.union([folder]).sorted()
    }
    return Set(groups.filter { $0.count > 1 })
  }

  /// The uses inside a group, a line each.
  func uses(within group: [String]) -> String {
    group.flatMap { folder in
      group.compactMap { used in
        types[folder]?[used].map { "\(folder) -> \(used): \($0.sorted().joined(separator: ", "))" }
      }
    }.joined(separator: "\n")
  }
}
