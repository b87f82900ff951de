print("mjournal")
