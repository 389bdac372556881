"""What people of the demonstration write: purposes, notes, reasons. Data in Italian, as its firms would write them."""

from __future__ import annotations

PURPOSES: dict[str, tuple[str, ...]] = {
    "equipment": (
        "Prova di ciclo su pezzi nostri", "Misura di un lotto pilota", "Confronto tra due attrezzaggi",
        "Verifica dei tempi prima dell'acquisto", "Campionatura per il cliente", "Messa a punto dei parametri",
    ),
    "demonstrator": (
        "Dimostrazione per la direzione", "Prova con i nostri prodotti", "Valutazione per la linea 2",
        "Confronto con il controllo manuale", "Raccolta di immagini dei difetti",
    ),
    "prototyping": (
        "Prototipo di staffa", "Campioni per la fiera", "Prova di un nuovo materiale", "Maschere di montaggio",
        "Scansione del pezzo originale", "Pezzi per la prova di assemblaggio", "Schede di prova per il sensore",
    ),
    "simulator": (
        "Scenario con tre turni", "Disposizione del nuovo reparto", "Verifica ergonomica della postazione",
        "Flussi di magazzino a fine mese", "Simulazione termica dello scambiatore",
        "Revisione del progetto in immersivo",
    ),
    "test_bench": (
        "Prova di durata", "Ciclo termico sul prototipo", "Vibrazioni secondo la norma del cliente",
        "Curva di rendimento", "Ripetizione della prova fallita", "Confronto tra fornitori",
    ),
    "pilot_line": (
        "Prova di assemblaggio del nuovo modello", "Serie pilota di 30 pezzi", "Bilanciamento delle postazioni",
    ),
    "digital_twin": (
        "Allineamento del gemello con i dati di linea", "Ricerca del collo di bottiglia", "Consumi con i nuovi turni",
        "Manutenzione predittiva: addestramento",
    ),
    "test_environment": (
        "Addestramento del modello", "Prova di segmentazione della rete", "Latenza con dieci dispositivi",
        "Prova di carico sui dati storici", "Valutazione di sicurezza della macchina",
    ),
    "room": (
        "Riunione di progetto", "Presentazione ai clienti", "Giornata di lavoro del gruppo", "Incontro con i fornitori",
    ),
    "virtual_commissioning": (
        "Debug del programma PLC", "Verifica degli interblocchi", "Percorsi del robot senza collisioni",
        "Collaudo virtuale della nuova stazione",
    ),
}  # fmt: skip

MAINTENANCE = (
    "Manutenzione programmata", "Taratura periodica", "Aggiornamento del software", "Sostituzione dei filtri",
    "Verifica di sicurezza",
)  # fmt: skip
COURSES = ("Corso in aula, mattina", "Corso in aula, esercitazione", "Corso: prova finale", "Seminario per le imprese")

USE_NOTES = (
    "", "", "", "", "", "", "Tutto regolare.", "Utensile cambiato a metà prova.",
    "Dati salvati nella cartella del progetto.",
    "Pezzi ritirati dall'azienda.", "Prova da ripetere con il nuovo materiale.",
    "Serviti dieci minuti in più per il ripristino.",
)  # fmt: skip
CANCEL_NOTES = {
    "changed_plans": "Il cliente ha spostato la consegna.",
    "no_longer_needed": "Prova già fatta in azienda.",
    "illness": "",
    "supplier_delay": "I grezzi non sono arrivati.",
    "other": "",
    "centre": "Operatore assente: ci scusiamo, vi richiamiamo per una nuova data.",
}
REJECTIONS = (
    "In quella data l'operatore è impegnato: proponete un giorno della settimana dopo.",
    "Il materiale indicato non è ammesso in questa macchina: sentiteci prima di ripresentare la richiesta.",
    "Servono più ore di attrezzaggio: chiedete una giornata intera.",
)
APPROVAL_NOTES = (
    "", "", "", "Portate due pezzi di scorta.", "L'operatore vi aspetta alla baia 1.",
    "Scarpe di sicurezza obbligatorie.",
)  # fmt: skip
BREAKDOWN = "La testa di misura non risponde più: macchina ferma, chiamata l'assistenza."
BREAKDOWN_NOTE = "Macchina ferma per guasto: scegliete un'altra data, senza costi."
OPEN_DAY = "Apertura straordinaria: giornata delle imprese"
AFTER_THE_END = "Prova già concordata, registrata dopo la chiusura del progetto"
