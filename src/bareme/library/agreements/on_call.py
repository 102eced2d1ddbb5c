"""stub"""
from bareme.library.agreements.wing import Wing
class OnCall(Wing):
    """stub"""
