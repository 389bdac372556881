"""Thirty invented firms beside those of the catalogue: believable names and places, visibly invented VAT numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stdnum import luhn

#: The catalogue's organisations use the order numbers up to 14.
FIRST_ORDER_NUMBER = 15


@dataclass(frozen=True, slots=True)
class Place:
    """A town with one of its postal codes, its province and the number of that province's tax office."""

    city: str
    postal_code: str
    province: str
    office: str


@dataclass(frozen=True, slots=True)
class Firm:
    """One invented firm, its place, and the qualifications that its people earned."""

    key: str
    name: str
    size: str
    sector_it: str
    sector_en: str
    ateco: str
    place: Place
    street: str
    qualifications: tuple[str, ...] = ()
    type: str = "company"


BERGAMO = Place("Bergamo", "24122", "BG", "016")
TREVIGLIO = Place("Treviglio", "24047", "BG", "016")
BRESCIA = Place("Brescia", "25125", "BS", "017")
LUMEZZANE = Place("Lumezzane", "25065", "BS", "017")
LECCO = Place("Lecco", "23900", "LC", "097")
COMO = Place("Como", "22100", "CO", "013")
CANTU = Place("Cantù", "22063", "CO", "013")
VARESE = Place("Varese", "21100", "VA", "012")
BUSTO = Place("Busto Arsizio", "21052", "VA", "012")
MILANO = Place("Milano", "20158", "MI", "015")
LEGNANO = Place("Legnano", "20025", "MI", "015")
LODI = Place("Lodi", "26900", "LO", "098")
CREMA = Place("Crema", "26013", "CR", "019")
PAVIA = Place("Pavia", "27100", "PV", "018")
VIGEVANO = Place("Vigevano", "27029", "PV", "018")
MANTOVA = Place("Mantova", "46100", "MN", "020")
NOVARA = Place("Novara", "28100", "NO", "003")
BIELLA = Place("Biella", "13900", "BI", "096")
TORINO = Place("Torino", "10148", "TO", "001")
IVREA = Place("Ivrea", "10015", "TO", "001")
PIACENZA = Place("Piacenza", "29121", "PC", "033")
PARMA = Place("Parma", "43122", "PR", "034")
REGGIO = Place("Reggio Emilia", "42124", "RE", "035")
CARPI = Place("Carpi", "41012", "MO", "036")
IMOLA = Place("Imola", "40026", "BO", "037")
SCHIO = Place("Schio", "36015", "VI", "024")
PADOVA = Place("Padova", "35129", "PD", "028")
CONEGLIANO = Place("Conegliano", "31015", "TV", "026")
UDINE = Place("Udine", "33100", "UD", "030")
ROVERETO = Place("Rovereto", "38068", "TN", "022")

FIRMS: tuple[Firm, ...] = (
    Firm("TORNI", "Tornaghini Minuterie S.r.l.", "small", "Torneria di precisione", "Precision turning", "25.62",
         LUMEZZANE, "Via del Mandrino 12", ("Q-PDM", "Q-LAB")),
    Firm("DENTE", "Dentellini Ingranaggi S.p.A.", "medium", "Ingranaggi e riduttori", "Gears and reducers", "28.15",
         REGGIO, "Via delle Ruote Dentate 48", ("Q-LAB", "Q-ROB", "Q-LOG")),
    Firm("PRESSA", "Pressacchi Stampi S.r.l.", "small", "Stampi per materie plastiche", "Moulds for plastics", "25.73",
         VIGEVANO, "Via dello Stampo 3", ("Q-ADD", "Q-SCN")),
    Firm("VALVO", "Valvolari Fluidi S.p.A.", "medium", "Valvole e rubinetteria", "Valves and taps", "28.14",
         BRESCIA, "Via della Saracinesca 21", ("Q-PRO", "Q-ENE")),
    Firm("MOLLA", "Mollificio Saltarelli S.r.l.", "small", "Molle e minuterie metalliche", "Springs and metal parts",
         "25.93", LECCO, "Via delle Spire 9", ("Q-LAB",)),
    Firm("CUOIO", "Cuoieria Pellegrotti S.r.l.", "small", "Pelletteria", "Leather goods", "15.12",
         PADOVA, "Via della Concia 17", ("Q-ARM",)),
    Firm("FILO", "Filatura Gomitolini S.r.l.", "small", "Filati pettinati", "Combed yarns", "13.10",
         BIELLA, "Via dell'Arcolaio 30", ("Q-ENE", "Q-DAT")),
    Firm("SETA", "Seteria Bozzolari S.p.A.", "medium", "Tessuti in seta", "Silk fabrics", "13.20",
         COMO, "Via dei Gelsi 5", ("Q-DAT", "Q-ENE")),
    Firm("LEGNO", "Arredi Truciolini S.r.l.", "micro", "Mobili su misura", "Made-to-measure furniture", "31.09",
         CANTU, "Via della Pialla 14", ("Q-VRD",)),
    Firm("CIRCU", "Circuitelli Elettronica S.r.l.", "small", "Schede elettroniche", "Circuit boards", "26.12",
         BUSTO, "Via del Saldatore 8", ("Q-IOT", "Q-LAB")),
    Firm("SENSO", "Sensorini Misure S.r.l.", "micro", "Sensori industriali", "Industrial sensors", "26.51",
         ROVERETO, "Via della Taratura 2", ("Q-IOT", "Q-DAT"), "startup"),
    Firm("POMPA", "Pompelli Oleodinamica S.p.A.", "medium", "Pompe oleodinamiche", "Hydraulic pumps", "28.12",
         CARPI, "Via della Portata 40", ("Q-LAB", "Q-PDM")),
    Firm("CARTO", "Cartotecnica Scatolotti S.r.l.", "small", "Imballaggi in cartone", "Cardboard packaging", "17.21",
         PARMA, "Via del Cordone 11", ("Q-LOG",)),
    Firm("DOLCE", "Dolciaria Zuccherini S.r.l.", "small", "Prodotti da forno", "Baked goods", "10.72",
         CREMA, "Via del Lievito 6", ("Q-PRO", "Q-VIS")),
    Firm("LATTE", "Caseificio Mungitelli S.r.l.", "micro", "Lattiero-caseario", "Dairy", "10.51",
         LODI, "Via della Cagliata 25", ("Q-PRO",)),
    Firm("VITRO", "Vitrella Packaging S.p.A.", "large", "Contenitori in vetro", "Glass containers", "23.13",
         PIACENZA, "Via della Fornace 100", ("Q-ENE", "Q-VIS", "Q-LOG")),
    Firm("GOMMA", "Gommarelli Guarnizioni S.r.l.", "small", "Guarnizioni in gomma", "Rubber seals", "22.19",
         BERGAMO, "Via dell'Elastico 19", ("Q-LAB",)),
    Firm("TELAI", "Telaietti Cicli S.r.l.", "micro", "Telai per biciclette", "Bicycle frames", "30.92",
         CONEGLIANO, "Via della Forcella 7", ("Q-ADD", "Q-SCN")),
    Firm("ROTAI", "Rotaiola Sistemi S.p.A.", "large", "Componenti ferroviari", "Railway components", "30.20",
         TORINO, "Via del Binario 201", ("Q-LAB", "Q-VCM", "Q-ROB")),
    Firm("ALETA", "Aletta Scambiatori S.r.l.", "small", "Scambiatori di calore", "Heat exchangers", "28.25",
         SCHIO, "Via del Termometro 33", ("Q-CAE", "Q-ENE")),
    Firm("VOLTI", "Voltini Quadri S.r.l.", "small", "Quadri elettrici", "Switchboards", "27.12",
         LEGNANO, "Via dell'Interruttore 15", ("Q-VCM", "Q-IOT")),
    Firm("AUTOM", "Automatelli Linee S.p.A.", "medium", "Linee di assemblaggio", "Assembly lines", "28.99",
         IMOLA, "Via del Giunto 60", ("Q-VCM", "Q-ROB", "Q-COB")),
    Firm("PROTO", "Prototipini Design S.r.l.", "micro", "Progettazione di prodotto", "Product design", "74.10",
         MILANO, "Via dello Schizzo 4", ("Q-ADD", "Q-SCN", "Q-VRD"), "startup"),
    Firm("BIOMA", "Biomateria Lab S.r.l.", "micro", "Biomateriali", "Biomaterials", "72.11",
         PAVIA, "Via della Provetta 10", ("Q-ADD",), "startup"),
    Firm("AGRIT", "Agritelli Macchine S.r.l.", "small", "Macchine agricole", "Farm machinery", "28.30",
         MANTOVA, "Via dell'Aratro 52", ("Q-PDM",)),
    Firm("LOGIS", "Bancalini Logistica S.p.A.", "large", "Logistica conto terzi", "Contract logistics", "52.10",
         NOVARA, "Via del Pallet 300", ("Q-LOG",)),
    Firm("COLOR", "Colorotti Vernici S.r.l.", "small", "Vernici industriali", "Industrial paints", "20.30",
         VARESE, "Via del Pennello 28", ("Q-PRO", "Q-VIS")),
    Firm("AEROL", "Aerolitti Compositi S.r.l.", "medium", "Parti in composito", "Composite parts", "30.30",
         IVREA, "Via dell'Ala 13", ("Q-CAE", "Q-LAB", "Q-ADD")),
    Firm("FRIGO", "Frigoletti Banchi S.r.l.", "medium", "Refrigerazione commerciale", "Commercial refrigeration",
         "28.25", UDINE, "Via della Brina 22", ("Q-ENE", "Q-CAE")),
    Firm("MACIN", "Macinelli Caffè S.r.l.", "micro", "Macchine per caffè", "Coffee machines", "28.93",
         TREVIGLIO, "Via della Tazzina 1", ("Q-ARM",)),
)  # fmt: skip

#: Figures that give each size class: staff, turnover and balance sheet in millions of euros.
FIGURES = {"micro": (6, 0.9, 0.7), "small": (34, 6.4, 5.2), "medium": (140, 28.0, 24.5), "large": (480, 118.0, 96.0)}


def vat_number(order: int, office: str) -> str:
    """Return `IT99999`, an order number, the tax office and the check digit: valid, and visibly nobody's."""
    digits = f"99999{order:02d}{office}"
    return f"IT{digits}{luhn.calc_check_digit(digits)}"


def company_rows() -> Iterator[dict[str, object]]:
    """Yield the firms as rows of the catalogue, so that they come in by the same door."""
    for order, firm in enumerate(FIRMS, start=FIRST_ORDER_NUMBER):
        staff, turnover, balance = FIGURES[firm.size]
        yield {
            "key": firm.key,
            "name": firm.name,
            "type": firm.type,
            "size": firm.size,
            "headcount_awu": staff + order % 5,
            "turnover_meur": turnover,
            "balance_meur": balance,
            "sector_it": firm.sector_it,
            "sector_en": firm.sector_en,
            "ateco": firm.ateco,
            "vat_number": vat_number(order, firm.place.office),
            "address": {
                "street": firm.street,
                "postal_code": firm.place.postal_code,
                "city": firm.place.city,
                "province": firm.place.province,
                "country": "IT",
            },
            "sdi_code": f"FINTO{order}",
            "pec": f"{firm.key.lower()}@pec.example",
            "price_group": None,
            "public_body": False,
            "account": f"{firm.key.lower()}@imprese.example",
        }
