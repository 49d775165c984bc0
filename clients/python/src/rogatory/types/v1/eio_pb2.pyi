from rogatory.types.v1 import common_pb2 as _common_pb2
from rogatory.types.v1 import eaw_pb2 as _eaw_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InvestigationOrderForm(_message.Message):
    __slots__ = ("language", "translations", "issuing_state", "executing_state", "urgency", "measures", "earlier", "elsewhere", "persons", "location", "other_information", "proceedings", "legal_person", "facts", "offences", "categories", "transfer", "conference", "provisional", "accounts", "operations", "real_time_reasons", "covert_reasons", "interception", "formalities", "officials", "remedy_sought", "remedy_contact", "authority", "validation")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    ISSUING_STATE_FIELD_NUMBER: _ClassVar[int]
    EXECUTING_STATE_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    MEASURES_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    ELSEWHERE_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    OTHER_INFORMATION_FIELD_NUMBER: _ClassVar[int]
    PROCEEDINGS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_PERSON_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    OFFENCES_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    CONFERENCE_FIELD_NUMBER: _ClassVar[int]
    PROVISIONAL_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    REAL_TIME_REASONS_FIELD_NUMBER: _ClassVar[int]
    COVERT_REASONS_FIELD_NUMBER: _ClassVar[int]
    INTERCEPTION_FIELD_NUMBER: _ClassVar[int]
    FORMALITIES_FIELD_NUMBER: _ClassVar[int]
    OFFICIALS_FIELD_NUMBER: _ClassVar[int]
    REMEDY_SOUGHT_FIELD_NUMBER: _ClassVar[int]
    REMEDY_CONTACT_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_FIELD_NUMBER: _ClassVar[int]
    language: str
    translations: _containers.RepeatedScalarFieldContainer[str]
    issuing_state: str
    executing_state: str
    urgency: OrderUrgency
    measures: _containers.RepeatedCompositeFieldContainer[OrderMeasure]
    earlier: _containers.RepeatedCompositeFieldContainer[EarlierOrder]
    elsewhere: _containers.RepeatedCompositeFieldContainer[OrderElsewhere]
    persons: _containers.RepeatedCompositeFieldContainer[OrderPerson]
    location: str
    other_information: str
    proceedings: str
    legal_person: bool
    facts: str
    offences: _containers.RepeatedCompositeFieldContainer[OrderOffence]
    categories: _containers.RepeatedScalarFieldContainer[str]
    transfer: CustodyTransfer
    conference: ConferenceHearing
    provisional: ProvisionalMeasure
    accounts: AccountInformation
    operations: OperationInformation
    real_time_reasons: str
    covert_reasons: str
    interception: OrderInterception
    formalities: str
    officials: _containers.RepeatedCompositeFieldContainer[AssistingOfficial]
    remedy_sought: str
    remedy_contact: _eaw_pb2.Contact
    authority: IssuingAuthority
    validation: ValidatingAuthority
    def __init__(self, language: _Optional[str] = ..., translations: _Optional[_Iterable[str]] = ..., issuing_state: _Optional[str] = ..., executing_state: _Optional[str] = ..., urgency: _Optional[_Union[OrderUrgency, _Mapping]] = ..., measures: _Optional[_Iterable[_Union[OrderMeasure, _Mapping]]] = ..., earlier: _Optional[_Iterable[_Union[EarlierOrder, _Mapping]]] = ..., elsewhere: _Optional[_Iterable[_Union[OrderElsewhere, _Mapping]]] = ..., persons: _Optional[_Iterable[_Union[OrderPerson, _Mapping]]] = ..., location: _Optional[str] = ..., other_information: _Optional[str] = ..., proceedings: _Optional[str] = ..., legal_person: _Optional[bool] = ..., facts: _Optional[str] = ..., offences: _Optional[_Iterable[_Union[OrderOffence, _Mapping]]] = ..., categories: _Optional[_Iterable[str]] = ..., transfer: _Optional[_Union[CustodyTransfer, _Mapping]] = ..., conference: _Optional[_Union[ConferenceHearing, _Mapping]] = ..., provisional: _Optional[_Union[ProvisionalMeasure, _Mapping]] = ..., accounts: _Optional[_Union[AccountInformation, _Mapping]] = ..., operations: _Optional[_Union[OperationInformation, _Mapping]] = ..., real_time_reasons: _Optional[str] = ..., covert_reasons: _Optional[str] = ..., interception: _Optional[_Union[OrderInterception, _Mapping]] = ..., formalities: _Optional[str] = ..., officials: _Optional[_Iterable[_Union[AssistingOfficial, _Mapping]]] = ..., remedy_sought: _Optional[str] = ..., remedy_contact: _Optional[_Union[_eaw_pb2.Contact, _Mapping]] = ..., authority: _Optional[_Union[IssuingAuthority, _Mapping]] = ..., validation: _Optional[_Union[ValidatingAuthority, _Mapping]] = ...) -> None: ...

class OrderUrgency(_message.Message):
    __slots__ = ("reasons", "other", "by", "by_reason")
    REASONS_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    BY_REASON_FIELD_NUMBER: _ClassVar[int]
    reasons: _containers.RepeatedScalarFieldContainer[str]
    other: str
    by: _common_pb2.PartialDate
    by_reason: str
    def __init__(self, reasons: _Optional[_Iterable[str]] = ..., other: _Optional[str] = ..., by: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., by_reason: _Optional[str] = ...) -> None: ...

class OrderMeasure(_message.Message):
    __slots__ = ("description", "kind", "heard", "real_time")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HEARD_FIELD_NUMBER: _ClassVar[int]
    REAL_TIME_FIELD_NUMBER: _ClassVar[int]
    description: str
    kind: str
    heard: _containers.RepeatedScalarFieldContainer[str]
    real_time: str
    def __init__(self, description: _Optional[str] = ..., kind: _Optional[str] = ..., heard: _Optional[_Iterable[str]] = ..., real_time: _Optional[str] = ...) -> None: ...

class EarlierOrder(_message.Message):
    __slots__ = ("issued", "authority", "transmitted", "issuing_reference", "executing_reference")
    ISSUED_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    TRANSMITTED_FIELD_NUMBER: _ClassVar[int]
    ISSUING_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    EXECUTING_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    issued: _common_pb2.PartialDate
    authority: str
    transmitted: _common_pb2.PartialDate
    issuing_reference: str
    executing_reference: str
    def __init__(self, issued: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., authority: _Optional[str] = ..., transmitted: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., issuing_reference: _Optional[str] = ..., executing_reference: _Optional[str] = ...) -> None: ...

class OrderElsewhere(_message.Message):
    __slots__ = ("state", "reference")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    state: str
    reference: str
    def __init__(self, state: _Optional[str] = ..., reference: _Optional[str] = ...) -> None: ...

class OrderPerson(_message.Message):
    __slots__ = ("natural", "legal", "position", "other_position")
    NATURAL_FIELD_NUMBER: _ClassVar[int]
    LEGAL_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    OTHER_POSITION_FIELD_NUMBER: _ClassVar[int]
    natural: NaturalPerson
    legal: LegalPerson
    position: str
    other_position: str
    def __init__(self, natural: _Optional[_Union[NaturalPerson, _Mapping]] = ..., legal: _Optional[_Union[LegalPerson, _Mapping]] = ..., position: _Optional[str] = ..., other_position: _Optional[str] = ...) -> None: ...

class NaturalPerson(_message.Message):
    __slots__ = ("names", "forenames", "other_names", "aliases", "sex", "nationalities", "identity_number", "documents", "born", "birth_place", "addresses", "languages")
    NAMES_FIELD_NUMBER: _ClassVar[int]
    FORENAMES_FIELD_NUMBER: _ClassVar[int]
    OTHER_NAMES_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    NATIONALITIES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    BORN_FIELD_NUMBER: _ClassVar[int]
    BIRTH_PLACE_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    forenames: _containers.RepeatedScalarFieldContainer[str]
    other_names: _containers.RepeatedScalarFieldContainer[str]
    aliases: _containers.RepeatedScalarFieldContainer[str]
    sex: str
    nationalities: _containers.RepeatedScalarFieldContainer[str]
    identity_number: str
    documents: _containers.RepeatedScalarFieldContainer[str]
    born: _common_pb2.PartialDate
    birth_place: str
    addresses: _containers.RepeatedScalarFieldContainer[str]
    languages: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ..., forenames: _Optional[_Iterable[str]] = ..., other_names: _Optional[_Iterable[str]] = ..., aliases: _Optional[_Iterable[str]] = ..., sex: _Optional[str] = ..., nationalities: _Optional[_Iterable[str]] = ..., identity_number: _Optional[str] = ..., documents: _Optional[_Iterable[str]] = ..., born: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., birth_place: _Optional[str] = ..., addresses: _Optional[_Iterable[str]] = ..., languages: _Optional[_Iterable[str]] = ...) -> None: ...

class LegalPerson(_message.Message):
    __slots__ = ("name", "form", "trading_name", "seat", "registration_number", "address", "representative")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    TRADING_NAME_FIELD_NUMBER: _ClassVar[int]
    SEAT_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    REPRESENTATIVE_FIELD_NUMBER: _ClassVar[int]
    name: str
    form: str
    trading_name: str
    seat: str
    registration_number: str
    address: str
    representative: str
    def __init__(self, name: _Optional[str] = ..., form: _Optional[str] = ..., trading_name: _Optional[str] = ..., seat: _Optional[str] = ..., registration_number: _Optional[str] = ..., address: _Optional[str] = ..., representative: _Optional[str] = ...) -> None: ...

class OrderOffence(_message.Message):
    __slots__ = ("classification", "provision")
    CLASSIFICATION_FIELD_NUMBER: _ClassVar[int]
    PROVISION_FIELD_NUMBER: _ClassVar[int]
    classification: str
    provision: str
    def __init__(self, classification: _Optional[str] = ..., provision: _Optional[str] = ...) -> None: ...

class CustodyTransfer(_message.Message):
    __slots__ = ("to_issuing", "to_executing")
    TO_ISSUING_FIELD_NUMBER: _ClassVar[int]
    TO_EXECUTING_FIELD_NUMBER: _ClassVar[int]
    to_issuing: str
    to_executing: str
    def __init__(self, to_issuing: _Optional[str] = ..., to_executing: _Optional[str] = ...) -> None: ...

class ConferenceHearing(_message.Message):
    __slots__ = ("authority", "reasons", "consented")
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    CONSENTED_FIELD_NUMBER: _ClassVar[int]
    authority: str
    reasons: str
    consented: bool
    def __init__(self, authority: _Optional[str] = ..., reasons: _Optional[str] = ..., consented: _Optional[bool] = ...) -> None: ...

class ProvisionalMeasure(_message.Message):
    __slots__ = ("destination", "lifted", "requested")
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    LIFTED_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_FIELD_NUMBER: _ClassVar[int]
    destination: str
    lifted: _common_pb2.PartialDate
    requested: _common_pb2.PartialDate
    def __init__(self, destination: _Optional[str] = ..., lifted: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., requested: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ...) -> None: ...

class AccountInformation(_message.Message):
    __slots__ = ("reasons", "grounds", "bank_accounts", "other_accounts")
    REASONS_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    BANK_ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    OTHER_ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    reasons: str
    grounds: str
    bank_accounts: bool
    other_accounts: bool
    def __init__(self, reasons: _Optional[str] = ..., grounds: _Optional[str] = ..., bank_accounts: _Optional[bool] = ..., other_accounts: _Optional[bool] = ...) -> None: ...

class OperationInformation(_message.Message):
    __slots__ = ("reasons", "banking_operations", "other_operations", "accounts")
    REASONS_FIELD_NUMBER: _ClassVar[int]
    BANKING_OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    OTHER_OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    reasons: str
    banking_operations: bool
    other_operations: bool
    accounts: _containers.RepeatedCompositeFieldContainer[RelatedAccount]
    def __init__(self, reasons: _Optional[str] = ..., banking_operations: _Optional[bool] = ..., other_operations: _Optional[bool] = ..., accounts: _Optional[_Iterable[_Union[RelatedAccount, _Mapping]]] = ...) -> None: ...

class RelatedAccount(_message.Message):
    __slots__ = ("bank", "number", "begins", "ends")
    BANK_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    BEGINS_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    bank: str
    number: str
    begins: _common_pb2.PartialDate
    ends: _common_pb2.PartialDate
    def __init__(self, bank: _Optional[str] = ..., number: _Optional[str] = ..., begins: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., ends: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ...) -> None: ...

class OrderInterception(_message.Message):
    __slots__ = ("reasons", "subject", "days", "targets", "transmission", "transcription", "decoding", "decrypting")
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    TRANSMISSION_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DECODING_FIELD_NUMBER: _ClassVar[int]
    DECRYPTING_FIELD_NUMBER: _ClassVar[int]
    reasons: str
    subject: str
    days: int
    targets: _containers.RepeatedScalarFieldContainer[str]
    transmission: str
    transcription: bool
    decoding: bool
    decrypting: bool
    def __init__(self, reasons: _Optional[str] = ..., subject: _Optional[str] = ..., days: _Optional[int] = ..., targets: _Optional[_Iterable[str]] = ..., transmission: _Optional[str] = ..., transcription: _Optional[bool] = ..., decoding: _Optional[bool] = ..., decrypting: _Optional[bool] = ...) -> None: ...

class AssistingOfficial(_message.Message):
    __slots__ = ("name", "contact", "languages")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    name: str
    contact: str
    languages: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., contact: _Optional[str] = ..., languages: _Optional[_Iterable[str]] = ...) -> None: ...

class AuthorityDetails(_message.Message):
    __slots__ = ("name", "representative", "post", "file_reference", "address", "telephone", "fax", "email", "languages")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REPRESENTATIVE_FIELD_NUMBER: _ClassVar[int]
    POST_FIELD_NUMBER: _ClassVar[int]
    FILE_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    FAX_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    name: str
    representative: str
    post: str
    file_reference: str
    address: str
    telephone: str
    fax: str
    email: str
    languages: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., representative: _Optional[str] = ..., post: _Optional[str] = ..., file_reference: _Optional[str] = ..., address: _Optional[str] = ..., telephone: _Optional[str] = ..., fax: _Optional[str] = ..., email: _Optional[str] = ..., languages: _Optional[_Iterable[str]] = ...) -> None: ...

class FormSignature(_message.Message):
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

class IssuingAuthority(_message.Message):
    __slots__ = ("kind", "details", "contact", "signature")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    details: AuthorityDetails
    contact: _eaw_pb2.Contact
    signature: FormSignature
    def __init__(self, kind: _Optional[str] = ..., details: _Optional[_Union[AuthorityDetails, _Mapping]] = ..., contact: _Optional[_Union[_eaw_pb2.Contact, _Mapping]] = ..., signature: _Optional[_Union[FormSignature, _Mapping]] = ...) -> None: ...

class ValidatingAuthority(_message.Message):
    __slots__ = ("kind", "details", "main_contact", "signature")
    KIND_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    MAIN_CONTACT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    details: AuthorityDetails
    main_contact: str
    signature: FormSignature
    def __init__(self, kind: _Optional[str] = ..., details: _Optional[_Union[AuthorityDetails, _Mapping]] = ..., main_contact: _Optional[str] = ..., signature: _Optional[_Union[FormSignature, _Mapping]] = ...) -> None: ...

class InterceptionNoticeForm(_message.Message):
    __slots__ = ("language", "translations", "authority", "issued", "stage", "begins", "days", "targets", "persons", "purpose", "signature")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    ISSUED_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    BEGINS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    language: str
    translations: _containers.RepeatedScalarFieldContainer[str]
    authority: AuthorityDetails
    issued: _common_pb2.PartialDate
    stage: str
    begins: _common_pb2.PartialDate
    days: int
    targets: _containers.RepeatedScalarFieldContainer[str]
    persons: _containers.RepeatedCompositeFieldContainer[NoticePerson]
    purpose: str
    signature: FormSignature
    def __init__(self, language: _Optional[str] = ..., translations: _Optional[_Iterable[str]] = ..., authority: _Optional[_Union[AuthorityDetails, _Mapping]] = ..., issued: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., stage: _Optional[str] = ..., begins: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., days: _Optional[int] = ..., targets: _Optional[_Iterable[str]] = ..., persons: _Optional[_Iterable[_Union[NoticePerson, _Mapping]]] = ..., purpose: _Optional[str] = ..., signature: _Optional[_Union[FormSignature, _Mapping]] = ...) -> None: ...

class NoticePerson(_message.Message):
    __slots__ = ("natural", "legal")
    NATURAL_FIELD_NUMBER: _ClassVar[int]
    LEGAL_FIELD_NUMBER: _ClassVar[int]
    natural: NaturalPerson
    legal: LegalPerson
    def __init__(self, natural: _Optional[_Union[NaturalPerson, _Mapping]] = ..., legal: _Optional[_Union[LegalPerson, _Mapping]] = ...) -> None: ...
