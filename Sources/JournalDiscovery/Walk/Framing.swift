internal import MirrorJournal

/// A number in a block's header that is a place in the block.
struct BlockNumber: Hashable {
  var field: Field
  /// What is added to it to get the in-block offset of the rule's number in a record.
  var adds = 0
}

/// How a file is divided into blocks and records.
struct Framing: Hashable {
  /// How one record leads to the next.
  var rule: ChainRule
  /// Blocks and their own bytes; the header counts up to the first record.
  var grid: Grid
  /// Whether a record goes on in the next block.
  var crosses = false
  /// In-block offset of the rule's number in the first record.
  var lead = 0
  /// A number in the block's header that tells where its records end.
  var used: BlockNumber?
  /// How far from a block's end the number of a further record would stand; nil where zeros follow.
  var left: Int?
  /// Where in its record the rule's number stands.
  var offset = 0
  /// Whether the number ends its record: it stands before the start of the next one.
  var isAtEnd = false
  /// Other offsets that explain the file as well.
  var otherOffsets: [Int] = []
  /// Of records that lead back over blocks' headers, which tells nothing of blocks: the size of blocks
  /// that each begin with a record at the same place; 0 if there is none.
  var seenSize = 0
  /// Where the first block with records starts.
  var dataStart = 0
  /// Where the number of the first record stands.
  var firstPlace = 0
  /// Records start at multiples of it.
  var alignment = 1

  /// Where the first record starts.
  var firstRecord: Int { grid.advance(firstPlace, by: -offset) }
}
