from rogatory.types.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Sex(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEX_UNSPECIFIED: _ClassVar[Sex]
    SEX_MALE: _ClassVar[Sex]
    SEX_FEMALE: _ClassVar[Sex]
    SEX_OTHER: _ClassVar[Sex]
    SEX_UNKNOWN: _ClassVar[Sex]

class BiometricKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BIOMETRIC_KIND_UNSPECIFIED: _ClassVar[BiometricKind]
    BIOMETRIC_KIND_PHOTO: _ClassVar[BiometricKind]
    BIOMETRIC_KIND_FINGERPRINTS: _ClassVar[BiometricKind]
    BIOMETRIC_KIND_DNA_PROFILE: _ClassVar[BiometricKind]

class AbsencePoint(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ABSENCE_POINT_UNSPECIFIED: _ClassVar[AbsencePoint]
    ABSENCE_POINT_SUMMONED_IN_PERSON: _ClassVar[AbsencePoint]
    ABSENCE_POINT_INFORMED_OTHERWISE: _ClassVar[AbsencePoint]
    ABSENCE_POINT_DEFENDED: _ClassVar[AbsencePoint]
    ABSENCE_POINT_SERVED: _ClassVar[AbsencePoint]
    ABSENCE_POINT_WILL_BE_SERVED: _ClassVar[AbsencePoint]
SEX_UNSPECIFIED: Sex
SEX_MALE: Sex
SEX_FEMALE: Sex
SEX_OTHER: Sex
SEX_UNKNOWN: Sex
BIOMETRIC_KIND_UNSPECIFIED: BiometricKind
BIOMETRIC_KIND_PHOTO: BiometricKind
BIOMETRIC_KIND_FINGERPRINTS: BiometricKind
BIOMETRIC_KIND_DNA_PROFILE: BiometricKind
ABSENCE_POINT_UNSPECIFIED: AbsencePoint
ABSENCE_POINT_SUMMONED_IN_PERSON: AbsencePoint
ABSENCE_POINT_INFORMED_OTHERWISE: AbsencePoint
ABSENCE_POINT_DEFENDED: AbsencePoint
ABSENCE_POINT_SERVED: AbsencePoint
ABSENCE_POINT_WILL_BE_SERVED: AbsencePoint

class WarrantForm(_message.Message):
    __slots__ = ("language", "translations", "person", "orders", "judgments", "maximum", "offence_total", "offences", "categories", "other_circumstances", "property", "life", "authority")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    ORDERS_FIELD_NUMBER: _ClassVar[int]
    JUDGMENTS_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    OFFENCE_TOTAL_FIELD_NUMBER: _ClassVar[int]
    OFFENCES_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    OTHER_CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    LIFE_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    language: str
    translations: _containers.RepeatedScalarFieldContainer[str]
    person: WarrantPerson
    orders: _containers.RepeatedCompositeFieldContainer[WarrantOrder]
    judgments: _containers.RepeatedCompositeFieldContainer[WarrantJudgment]
    maximum: Term
    offence_total: int
    offences: _containers.RepeatedCompositeFieldContainer[WarrantOffence]
    categories: _containers.RepeatedScalarFieldContainer[str]
    other_circumstances: str
    property: WarrantProperty
    life: WarrantLife
    authority: WarrantAuthority
    def __init__(self, language: _Optional[str] = ..., translations: _Optional[_Iterable[str]] = ..., person: _Optional[_Union[WarrantPerson, _Mapping]] = ..., orders: _Optional[_Iterable[_Union[WarrantOrder, _Mapping]]] = ..., judgments: _Optional[_Iterable[_Union[WarrantJudgment, _Mapping]]] = ..., maximum: _Optional[_Union[Term, _Mapping]] = ..., offence_total: _Optional[int] = ..., offences: _Optional[_Iterable[_Union[WarrantOffence, _Mapping]]] = ..., categories: _Optional[_Iterable[str]] = ..., other_circumstances: _Optional[str] = ..., property: _Optional[_Union[WarrantProperty, _Mapping]] = ..., life: _Optional[_Union[WarrantLife, _Mapping]] = ..., authority: _Optional[_Union[WarrantAuthority, _Mapping]] = ...) -> None: ...

class PersonName(_message.Message):
    __slots__ = ("original", "transliteration")
    ORIGINAL_FIELD_NUMBER: _ClassVar[int]
    TRANSLITERATION_FIELD_NUMBER: _ClassVar[int]
    original: str
    transliteration: str
    def __init__(self, original: _Optional[str] = ..., transliteration: _Optional[str] = ...) -> None: ...

class WarrantPerson(_message.Message):
    __slots__ = ("names", "forenames", "maiden_name", "aliases", "sex", "nationalities", "born", "birth_place", "addresses", "languages", "description", "biometrics", "identification_contact", "mononym", "birth_unknown")
    NAMES_FIELD_NUMBER: _ClassVar[int]
    FORENAMES_FIELD_NUMBER: _ClassVar[int]
    MAIDEN_NAME_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    NATIONALITIES_FIELD_NUMBER: _ClassVar[int]
    BORN_FIELD_NUMBER: _ClassVar[int]
    BIRTH_PLACE_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    BIOMETRICS_FIELD_NUMBER: _ClassVar[int]
    IDENTIFICATION_CONTACT_FIELD_NUMBER: _ClassVar[int]
    MONONYM_FIELD_NUMBER: _ClassVar[int]
    BIRTH_UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedCompositeFieldContainer[PersonName]
    forenames: _containers.RepeatedCompositeFieldContainer[PersonName]
    maiden_name: str
    aliases: _containers.RepeatedScalarFieldContainer[str]
    sex: Sex
    nationalities: _containers.RepeatedScalarFieldContainer[str]
    born: _common_pb2.PartialDate
    birth_place: str
    addresses: _containers.RepeatedScalarFieldContainer[str]
    languages: _containers.RepeatedScalarFieldContainer[str]
    description: str
    biometrics: _containers.RepeatedCompositeFieldContainer[Biometric]
    identification_contact: Contact
    mononym: bool
    birth_unknown: bool
    def __init__(self, names: _Optional[_Iterable[_Union[PersonName, _Mapping]]] = ..., forenames: _Optional[_Iterable[_Union[PersonName, _Mapping]]] = ..., maiden_name: _Optional[str] = ..., aliases: _Optional[_Iterable[str]] = ..., sex: _Optional[_Union[Sex, str]] = ..., nationalities: _Optional[_Iterable[str]] = ..., born: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., birth_place: _Optional[str] = ..., addresses: _Optional[_Iterable[str]] = ..., languages: _Optional[_Iterable[str]] = ..., description: _Optional[str] = ..., biometrics: _Optional[_Iterable[_Union[Biometric, _Mapping]]] = ..., identification_contact: _Optional[_Union[Contact, _Mapping]] = ..., mononym: _Optional[bool] = ..., birth_unknown: _Optional[bool] = ...) -> None: ...

class Biometric(_message.Message):
    __slots__ = ("kind", "attachment")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ATTACHMENT_FIELD_NUMBER: _ClassVar[int]
    kind: BiometricKind
    attachment: str
    def __init__(self, kind: _Optional[_Union[BiometricKind, str]] = ..., attachment: _Optional[str] = ...) -> None: ...

class Contact(_message.Message):
    __slots__ = ("name", "address", "telephone", "fax", "email")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    FAX_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    name: str
    address: str
    telephone: str
    fax: str
    email: str
    def __init__(self, name: _Optional[str] = ..., address: _Optional[str] = ..., telephone: _Optional[str] = ..., fax: _Optional[str] = ..., email: _Optional[str] = ...) -> None: ...

class WarrantOrder(_message.Message):
    __slots__ = ("kind", "date", "reference", "court")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    COURT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    date: _common_pb2.PartialDate
    reference: str
    court: str
    def __init__(self, kind: _Optional[str] = ..., date: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., reference: _Optional[str] = ..., court: _Optional[str] = ...) -> None: ...

class WarrantJudgment(_message.Message):
    __slots__ = ("reference", "date", "court", "ecli", "imposed", "remaining", "trial", "decisions")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    COURT_FIELD_NUMBER: _ClassVar[int]
    ECLI_FIELD_NUMBER: _ClassVar[int]
    IMPOSED_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    TRIAL_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    reference: str
    date: _common_pb2.PartialDate
    court: str
    ecli: str
    imposed: Term
    remaining: Term
    trial: WarrantTrial
    decisions: _containers.RepeatedCompositeFieldContainer[WarrantDecision]
    def __init__(self, reference: _Optional[str] = ..., date: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., court: _Optional[str] = ..., ecli: _Optional[str] = ..., imposed: _Optional[_Union[Term, _Mapping]] = ..., remaining: _Optional[_Union[Term, _Mapping]] = ..., trial: _Optional[_Union[WarrantTrial, _Mapping]] = ..., decisions: _Optional[_Iterable[_Union[WarrantDecision, _Mapping]]] = ...) -> None: ...

class WarrantDecision(_message.Message):
    __slots__ = ("kind", "date", "court", "reference", "trial")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    COURT_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    TRIAL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    date: _common_pb2.PartialDate
    court: str
    reference: str
    trial: WarrantTrial
    def __init__(self, kind: _Optional[str] = ..., date: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., court: _Optional[str] = ..., reference: _Optional[str] = ..., trial: _Optional[_Union[WarrantTrial, _Mapping]] = ...) -> None: ...

class Term(_message.Message):
    __slots__ = ("life", "years", "months", "days", "indefinite")
    LIFE_FIELD_NUMBER: _ClassVar[int]
    YEARS_FIELD_NUMBER: _ClassVar[int]
    MONTHS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    INDEFINITE_FIELD_NUMBER: _ClassVar[int]
    life: bool
    years: int
    months: int
    days: int
    indefinite: bool
    def __init__(self, life: _Optional[bool] = ..., years: _Optional[int] = ..., months: _Optional[int] = ..., days: _Optional[int] = ..., indefinite: _Optional[bool] = ...) -> None: ...

class WarrantTrial(_message.Message):
    __slots__ = ("appeared", "absences", "how_met")
    APPEARED_FIELD_NUMBER: _ClassVar[int]
    ABSENCES_FIELD_NUMBER: _ClassVar[int]
    HOW_MET_FIELD_NUMBER: _ClassVar[int]
    appeared: bool
    absences: _containers.RepeatedCompositeFieldContainer[WarrantAbsence]
    how_met: str
    def __init__(self, appeared: _Optional[bool] = ..., absences: _Optional[_Iterable[_Union[WarrantAbsence, _Mapping]]] = ..., how_met: _Optional[str] = ...) -> None: ...

class WarrantAbsence(_message.Message):
    __slots__ = ("point", "date", "not_contested", "not_requested", "days")
    POINT_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    NOT_CONTESTED_FIELD_NUMBER: _ClassVar[int]
    NOT_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    point: AbsencePoint
    date: _common_pb2.PartialDate
    not_contested: bool
    not_requested: bool
    days: int
    def __init__(self, point: _Optional[_Union[AbsencePoint, str]] = ..., date: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., not_contested: _Optional[bool] = ..., not_requested: _Optional[bool] = ..., days: _Optional[int] = ...) -> None: ...

class WarrantOffence(_message.Message):
    __slots__ = ("circumstances", "began", "ended", "place", "participation", "classification", "provision", "categories", "description", "maximum", "judgment")
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    BEGAN_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    PARTICIPATION_FIELD_NUMBER: _ClassVar[int]
    CLASSIFICATION_FIELD_NUMBER: _ClassVar[int]
    PROVISION_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    JUDGMENT_FIELD_NUMBER: _ClassVar[int]
    circumstances: str
    began: _common_pb2.PartialDate
    ended: _common_pb2.PartialDate
    place: str
    participation: str
    classification: str
    provision: str
    categories: _containers.RepeatedScalarFieldContainer[str]
    description: str
    maximum: Term
    judgment: int
    def __init__(self, circumstances: _Optional[str] = ..., began: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., ended: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., place: _Optional[str] = ..., participation: _Optional[str] = ..., classification: _Optional[str] = ..., provision: _Optional[str] = ..., categories: _Optional[_Iterable[str]] = ..., description: _Optional[str] = ..., maximum: _Optional[_Union[Term, _Mapping]] = ..., judgment: _Optional[int] = ...) -> None: ...

class WarrantProperty(_message.Message):
    __slots__ = ("evidence", "proceeds", "items")
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    PROCEEDS_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    evidence: bool
    proceeds: bool
    items: _containers.RepeatedCompositeFieldContainer[PropertyItem]
    def __init__(self, evidence: _Optional[bool] = ..., proceeds: _Optional[bool] = ..., items: _Optional[_Iterable[_Union[PropertyItem, _Mapping]]] = ...) -> None: ...

class PropertyItem(_message.Message):
    __slots__ = ("description", "location")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    description: str
    location: str
    def __init__(self, description: _Optional[str] = ..., location: _Optional[str] = ...) -> None: ...

class WarrantLife(_message.Message):
    __slots__ = ("review", "clemency")
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    CLEMENCY_FIELD_NUMBER: _ClassVar[int]
    review: bool
    clemency: bool
    def __init__(self, review: _Optional[bool] = ..., clemency: _Optional[bool] = ...) -> None: ...

class WarrantAuthority(_message.Message):
    __slots__ = ("country", "name", "representative", "post", "file_reference", "address", "telephone", "fax", "email", "contacts", "central", "signature")
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REPRESENTATIVE_FIELD_NUMBER: _ClassVar[int]
    POST_FIELD_NUMBER: _ClassVar[int]
    FILE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    FAX_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    CENTRAL_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    country: str
    name: str
    representative: str
    post: str
    file_reference: str
    address: str
    telephone: str
    fax: str
    email: str
    contacts: _containers.RepeatedCompositeFieldContainer[Contact]
    central: CentralAuthority
    signature: WarrantSignature
    def __init__(self, country: _Optional[str] = ..., name: _Optional[str] = ..., representative: _Optional[str] = ..., post: _Optional[str] = ..., file_reference: _Optional[str] = ..., address: _Optional[str] = ..., telephone: _Optional[str] = ..., fax: _Optional[str] = ..., email: _Optional[str] = ..., contacts: _Optional[_Iterable[_Union[Contact, _Mapping]]] = ..., central: _Optional[_Union[CentralAuthority, _Mapping]] = ..., signature: _Optional[_Union[WarrantSignature, _Mapping]] = ...) -> None: ...

class CentralAuthority(_message.Message):
    __slots__ = ("name", "contact")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    name: str
    contact: Contact
    def __init__(self, name: _Optional[str] = ..., contact: _Optional[_Union[Contact, _Mapping]] = ...) -> None: ...

class WarrantSignature(_message.Message):
    __slots__ = ("name", "post", "date", "stamped")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POST_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    STAMPED_FIELD_NUMBER: _ClassVar[int]
    name: str
    post: str
    date: _common_pb2.PartialDate
    stamped: bool
    def __init__(self, name: _Optional[str] = ..., post: _Optional[str] = ..., date: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., stamped: _Optional[bool] = ...) -> None: ...
