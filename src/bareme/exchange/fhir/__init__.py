"""FHIR R4 eTariff messages: read, checked, answered from published tariffs, written as XML or JSON."""
