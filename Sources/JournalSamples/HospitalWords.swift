/// Words that the sample patients are made of. No real person is among them.
enum HospitalWords {
  static let surnames = [
    "ADAMS", "BAKER", "CARTER", "DIAZ", "EVANS", "FISCHER", "GARCIA", "HUGHES", "IVANOVA", "JONES",
    "KIM", "LOPEZ", "MURPHY", "NGUYEN", "OKAFOR", "PATEL", "QUINN", "ROSSI", "SCHMIDT", "TANAKA",
    "UNGER", "VARGAS", "WALKER", "XU", "YILMAZ", "ZIMMERMANN", "O'NEILL", "DE BOER", "LEE", "HALL",
  ]
  static let firstNames = [
    "ALICE", "BENJAMIN", "CLARA", "DANIEL", "ELENA", "FRANK", "GRETA", "HENRY", "INES", "JOHN",
    "KARIN", "LUIS", "MARIA", "NIKOLAI", "OLIVIA", "PETER", "RUTH", "SAMUEL", "TERESA", "VICTOR",
  ]
  /// Latin-1 and wider: values that are stored as 16-bit strings.
  static let wideNames = ["田中 花子", "Иванова Ольга", "Ελένη Παππά", "김 지우", "Łukasz Żak"]
  static let wards = ["3 NORTH", "3 SOUTH", "ICU", "ER", "MATERNITY", "DAY SURGERY", "ONCOLOGY"]
  static let cities = ["SPRINGFIELD", "RIVERTON", "LAKEWOOD", "FAIRVIEW", "MÜNSTER", "ALCALÁ"]
  static let tests = [
    "SODIUM", "POTASSIUM", "GLUCOSE", "CREATININE", "HEMOGLOBIN", "PLATELETS", "TSH", "CRP",
  ]
  static let units = ["mmol/L", "mg/dL", "g/L", "10*9/L", "mU/L"]
  static let drugs = [
    "ASPIRIN 100MG TAB", "METFORMIN 500MG TAB", "LISINOPRIL 10MG TAB", "AMOXICILLIN 500MG CAP",
    "INSULIN GLARGINE 100U/ML", "ATORVASTATIN 20MG TAB", "SALBUTAMOL 100MCG INH",
  ]
  static let diagnoses = [
    "E11.9", "I10", "J45.909", "M54.5", "F32.9", "K21.9", "Z00.00", "S72.001A",
  ]
  static let sentences = [
    "PATIENT SEEN IN CLINIC, NO ACUTE DISTRESS. ", "VITAL SIGNS STABLE. ",
    "FOLLOW UP IN TWO WEEKS OR EARLIER IF SYMPTOMS PERSIST. ", "LABS REVIEWED WITH PATIENT. ",
    "CONTINUE PRESENT MEDICATION. ", "NO KNOWN DRUG ALLERGIES. ",
    "WOUND CLEAN AND DRY, SUTURES REMOVED. ", "DISCUSSED DIET AND EXERCISE. ",
    "CHEST X-RAY WITHOUT INFILTRATE. ", "BLOOD PRESSURE 128/78, PULSE 72 REGULAR. ",
  ]
}
