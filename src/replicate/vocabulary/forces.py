"""Names of the bodies that record crime, as one canonical spelling each."""

TERRITORIAL: tuple[str, ...] = (
    "Avon and Somerset",
    "Bedfordshire",
    "Cambridgeshire",
    "Cheshire",
    "Cleveland",
    "Cumbria",
    "Derbyshire",
    "Devon and Cornwall",
    "Dorset",
    "Durham",
    "Dyfed-Powys",
    "Essex",
    "Gloucestershire",
    "Greater Manchester",
    "Gwent",
    "Hampshire",
    "Hertfordshire",
    "Humberside",
    "Kent",
    "Lancashire",
    "Leicestershire",
    "Lincolnshire",
    "London, City of",
    "Merseyside",
    "Metropolitan Police",
    "Norfolk",
    "North Wales",
    "North Yorkshire",
    "Northamptonshire",
    "Northumbria",
    "Nottinghamshire",
    "South Wales",
    "South Yorkshire",
    "Staffordshire",
    "Suffolk",
    "Surrey",
    "Sussex",
    "Thames Valley",
    "Warwickshire",
    "West Mercia",
    "West Midlands",
    "West Yorkshire",
    "Wiltshire",
)
"""The 43 territorial forces of England and Wales, which HMICFRS inspects."""

BTP = "British Transport Police"
"""A force without a territory; inside the national totals of recorded crime, outside HMICFRS's."""

FRAUD_BODIES: tuple[str, ...] = ("Action Fraud", "CIFAS", "UK Finance")
"""Bodies that report fraud to the National Fraud Intelligence Bureau; no child offences."""

FORCES: tuple[str, ...] = (*TERRITORIAL, BTP, *FRAUD_BODIES)

CITY_OF_LONDON = "London, City of"
"""Few residents, fewer children: counts only, no rate and no rank."""

_ALIASES = {
    "cifas": "CIFAS",
    "city of london": CITY_OF_LONDON,
    "devon & cornwall": "Devon and Cornwall",
    "financial fraud action uk": "UK Finance",  # became part of UK Finance in July 2017
    "hampshire and isle of wight": "Hampshire",
    "metropolitan": "Metropolitan Police",
    "btp": BTP,
}
_CANONICAL = {name.casefold(): name for name in FORCES} | _ALIASES
_SUFFIXES = (" police service", " police", " constabulary")


def canonical_force(name: str) -> str | None:
    """Return the canonical spelling of a force's name, or None where it is not known.

    Examples
    --------
    >>> canonical_force("City of London Police"), canonical_force("Narnia")
    ('London, City of', None)
    """
    key = " ".join(name.split()).casefold()
    for suffix in ("", *_SUFFIXES):
        if key.endswith(suffix) and (found := _CANONICAL.get(key.removesuffix(suffix))):
            return found
    return None
