internal import Glibc

/// The system's words for an error number, such as `No such file or directory`.
func systemMessage(_ number: Int32) -> String {
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}

/// An error with the system's words for `errno` behind `reason`.
package func systemError(_ code: JournalError.Code, _ reason: String, _ path: String)
  -> JournalError
{
  JournalError(code, "\(reason): \(systemMessage(errno))", in: path)
}
