internal import CDeflate
internal import CISAL
internal import CLZ4
internal import CZstd

/// The libraries that the codecs come from.
public enum CodecLibraries {
  /// Name and version, such as `zstd 1.5.4`: of what is loaded where the library can say, else of what it
  /// was built with.
  public static var versions: [String] {
    let zstd = unsafe String(cString: ZSTD_versionString())
    let lz4 = unsafe String(cString: LZ4_versionString())
    return [
      "zstd \(zstd)", "lz4 \(lz4)", "libdeflate \(LIBDEFLATE_VERSION_STRING)",
      "ISA-L \(ISAL_MAJOR_VERSION).\(ISAL_MINOR_VERSION).\(ISAL_PATCH_VERSION)",
    ]
  }
}
