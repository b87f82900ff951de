package import Glibc
internal import Synchronization

/// The files of one run: those it reads, and those it has made.
///
/// Whatever gets a name through a ``PendingName`` asks here first. No option that names an output, and
/// no `--force`, replaces a file that the run reads or has made, by whatever path it is reached; and
/// what is made is for those only who may read every input.
public final class RunFiles: Sendable {
  private struct State {
    /// Files that are read, and what they are called.
    var inputs: [FileIdentity: String] = [:]
    var sources: Set<Source> = []
    var made: Set<FileIdentity> = []
    /// Directory and name of each file that was made.
    var places: Set<Place> = []
    /// Those of inputs that were removed.
    var removed: Set<Place> = []
  }

  /// Who may read an input.
  private struct Source: Hashable {
    let group: gid_t
    let permissions: mode_t
  }

  /// Where a name stands, whatever path leads to its directory.
  private struct Place: Hashable {
    let directory: FileIdentity
    let name: [UInt8]

    init?(_ path: String) {
      let (directory, name) = splitPath(path)
      guard let directory = FileIdentity(directory) else { return nil }
      self.directory = directory
      self.name = FileName.bytes(name)
    }
  }

  private let state = Mutex(State())

  /// The files of a run that reads `inputs`; `-` is standard input.
  ///
  /// - Parameter settings: files that are read, too, and of whose content nothing gets into an output,
  ///   such as layouts.
  public init(_ inputs: [String] = [], settings: [String] = []) {
    for input in inputs { add(input) }
    for file in settings { add(file, isSource: false) }
  }

  /// Notes that the run reads `path`; what is no regular file needs no protection.
  ///
  /// - Parameter isSource: whether what is read there gets into outputs.
  public func add(_ path: String, isSource: Bool = true) {
    var status = stat()
    if path == "-" {
      guard unsafe fstat(STDIN_FILENO, &status) == 0 else { return }
    } else {
      guard let named = statusOfPath(path) else { return }
      status = named
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return }
    let source = Source(group: status.st_gid, permissions: status.st_mode & 0o777)
    state.withLock {
      $0.inputs[FileIdentity(status)] = path
      if isSource { $0.sources.insert(source) }
    }
  }

  /// - Throws: `targetExists` when `target` leads to a file that the run reads or has made.
  package func check(_ target: String) throws(JournalError) {
    let place = Place(target)
    let identity = FileIdentity(target)
    let (isMade, input) = state.withLock { state in
      let isMade =
        place.map { state.places.contains($0) } ?? false
        || identity.map { state.made.contains($0) } ?? false
      return (isMade, identity.flatMap { state.inputs[$0] })
    }
    if isMade {
      throw JournalError(
        .targetExists, "the file was made of another input of this run", in: target,
        advice: "inputs of one name need outputs in different directories")
    }
    if let input {
      let name = FileName.printable(input)
      throw JournalError(
        .targetExists,
        input == target
          ? "the file is an input of this run" : "the file is \(name), an input of this run",
        in: target, advice: "name another output")
    }
  }

  /// Notes that `target` has got its name and is the file of `status`.
  func made(_ target: String, _ status: stat) {
    let place = Place(target)
    state.withLock {
      $0.made.insert(FileIdentity(status))
      if let place { $0.places.insert(place) }
    }
  }

  /// Notes that the input at `path` is gone; another file may get the inode of its last name.
  package func removed(_ path: String, _ status: stat) {
    let place = Place(path)
    state.withLock {
      if status.st_nlink < 2 { $0.inputs[FileIdentity(status)] = nil }
      if let place { $0.removed.insert(place) }
    }
  }

  /// Whether the run has removed the input at `path`.
  package func hasRemoved(_ path: String) -> Bool {
    guard let place = Place(path) else { return false }
    return state.withLock { $0.removed.contains(place) }
  }

  /// Takes from everybody who may not read every input what he may do with the existing file `target`.
  ///
  /// - Throws: `cannotWrite` when that is needed and not allowed.
  package func restrict(_ target: String) throws(JournalError) {
    guard let status = statusOfPath(target) else { return }
    let permissions = status.st_mode & 0o7777
    let limited = permissions & (limit(group: status.st_gid) | 0o7700)
    guard limited != permissions else { return }
    guard unsafe withPath(target, { unsafe chmod($0, limited) }) == 0 else {
      throw systemError(
        .cannotWrite, "permissions cannot be made as strict as those of the journals", target)
    }
  }

  /// Gives a new file the permissions that outputs have: those of the inputs at most, and of the mask.
  ///
  /// - Throws: `cannotWrite`.
  package func permit(_ descriptor: Int32, _ target: String) throws(JournalError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0,
      fchmod(descriptor, limit(group: status.st_gid) & ~(Self.mask & 0o077)) == 0
    else { throw systemError(.cannotWrite, "permissions cannot be set", target) }
  }

  /// The user's mask, which cannot be read without being set.
  private static let mask: mode_t = {
    let mask = umask(0o077)
    umask(mask)
    return mask
  }()

  /// What an output of `group` may be for its group and others at most, so that nobody reads it who
  /// may not read every input. Its owner has read them.
  func limit(group: gid_t) -> mode_t {
    state.withLock { state in
      state.sources.reduce(0o666) { $0 & Self.limit($1.permissions, of: $1.group, for: group) }
        | (S_IRUSR | S_IWUSR)
    }
  }

  /// Permissions of a file of `own` group, for a file of another group's members.
  static func limit(_ permissions: mode_t, of own: gid_t, for other: gid_t) -> mode_t {
    own == other ? permissions : permissions & (permissions << 3 | 0o707)
  }
}
