"""A warrant in the JSON shape of protobuf. SAMPLE DATA: no field describes a real person."""

import os
import time
import uuid


def fresh_id():
    """A UUIDv7 (RFC 9562)."""
    random = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000) << 80 | random
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


def warrant():
    """A valid warrant for prosecution, with a judgment given in the person's absence."""
    day = {"year": 2021, "month": 5, "day": 20}
    return {
        "language": "fr",
        "translations": ["nl"],
        "person": {
            "names": [{"original": "SUBJECT-P"}],
            "forenames": [{"original": "SAMPLE"}],
            "sex": "SEX_MALE",
            "nationalities": ["FR"],
            "born": {"year": 1984, "month": 6},
            "birth_place": "Marseille",
            "addresses": ["Rotterdam, NL"],
            "languages": ["fr"],
        },
        "orders": [{"kind": "Mandat d'arrêt", "date": day, "reference": "JIRS/000042/21", "court": "TJ Marseille"}],
        "judgments": [
            {
                "reference": "TC-MRS-2019-004711",
                "date": {"year": 2019, "month": 11, "day": 12},
                "court": "Tribunal correctionnel de Marseille",
                "imposed": {"years": 3},
                "remaining": {"years": 2},
                "trial": {"appeared": False, "absences": [{"point": "ABSENCE_POINT_WILL_BE_SERVED", "days": 30}]},
            }
        ],
        "maximum": {"years": 10},
        "offence_total": 1,
        "offences": [
            {
                "circumstances": "Entre janvier et mars 2021, livraison à Marseille de cocaïne produite à Rotterdam.",
                "began": {"year": 2021, "month": 1},
                "ended": {"year": 2021, "month": 3, "day": 31},
                "place": "Rotterdam et Marseille",
                "participation": "auteur",
                "classification": "Importation de stupéfiants en bande organisée",
                "provision": "Articles 222-36 et 222-41 du code pénal",
                "categories": ["IllicitTraffickingInNarcoticDrugs"],
                "maximum": {"years": 30},
            }
        ],
        "authority": {
            "country": "FR",
            "name": "Tribunal judiciaire de Marseille",
            "representative": "SAMPLE-MAGISTRATE",
            "post": "Procureur de la République",
            "file_reference": "JIRS-MRS-2021-00000042",
            "address": "6 rue Joseph-Autran, 13006 Marseille, France",
            "telephone": "+33 4 00 00 00 00",
            "email": "jirs@marseille.example",
            "signature": {"name": "SAMPLE-MAGISTRATE", "post": "Procureur de la République", "date": day, "stamped": True},
        },
    }


def opening(form, executing):
    """A referral that asks one agency to execute a warrant."""
    parties = [{"agency": executing, "capacity": "executing"}]
    return {"lane": "LANE_ROUTINE", "parties": parties, "warrant": form}
