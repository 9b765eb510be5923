import type { Messages } from "./messages.ts";

export const de: Messages = {
  problems: {
    bad_request: {
      title: "Fehler in der Anfrage",
      detail: "Die Anfrage enthält einen Fehler und wurde deshalb nicht weitergegeben.",
      action: "Prüfen Sie Ihre Eingaben. Wenn sie richtig sind, wenden Sie sich mit der Anfrage-ID an den Support.",
    },
    unauthorized: {
      title: "Gültiger Schlüssel nötig",
      detail: "Die Anfrage kam ohne einen gültigen Schlüssel für diesen Dienst.",
      action: "Melden Sie sich im Produkt neu an. Wenn das nicht hilft, wenden Sie sich an den Support.",
    },
    scope_required: {
      title: "Aktion nicht erlaubt",
      detail: "Der verwendete Schlüssel erlaubt diese Aktion nicht.",
      action: "Wenn Sie diese Aktion brauchen, bitten Sie den Betreiber des Produkts, sie freizugeben.",
    },
    agent_not_allowed: {
      title: "Agent nicht erlaubt",
      detail: "Der verwendete Schlüssel gilt nur für bestimmte Agenten, und diese Anfrage betrifft keinen davon.",
      action: "Wählen Sie einen anderen Agenten, oder bitten Sie den Betreiber des Produkts um Zugriff auf diesen.",
    },
    origin_not_allowed: {
      title: "Website nicht erlaubt",
      detail: "Diese Website darf den gesendeten Schlüssel nicht verwenden.",
      action:
        "Öffnen Sie das Produkt unter seiner üblichen Adresse. Wenn Sie bereits dort sind, wenden Sie sich an den Support.",
    },
    unknown_operation: {
      title: "Funktion nicht verfügbar",
      detail: "Das Produkt hat eine Funktion von GEN, dem Videodienst, angefordert, die hier nicht angeboten wird.",
      action: "Teilen Sie dem Support mit, was Sie tun wollten, und nennen Sie die Anfrage-ID.",
    },
    route_not_found: {
      title: "Adresse nicht gefunden",
      detail: "Unter der angeforderten Adresse gibt es nichts.",
      action:
        "Prüfen Sie die Adresse. Wenn Sie einem Link oder einer Schaltfläche gefolgt sind, wenden Sie sich an den Support.",
    },
    method_not_allowed: {
      title: "Methode nicht erlaubt",
      detail: "Die Adresse gibt es, aber nicht für diese Art von Anfrage.",
      action: "Teilen Sie dem Support mit, was Sie tun wollten, und nennen Sie die Anfrage-ID.",
    },
    request_timeout: {
      title: "Anfrage kam zu langsam an",
      detail: "Die Daten der Anfrage kamen zu langsam an, deshalb wurde nicht länger darauf gewartet.",
      action:
        "Prüfen Sie Ihre Internetverbindung, und senden Sie die Daten noch einmal. Auch eine kleinere Datei kann helfen.",
    },
    body_too_large: {
      title: "Zu viele Daten",
      detail: "Die Anfrage enthält mehr Daten, als dieser Dienst annimmt.",
      action: "Wählen Sie eine kleinere Datei, oder senden Sie weniger auf einmal.",
    },
    unsupported_media_type: {
      title: "Inhaltstyp nicht unterstützt",
      detail: "Dieser Dienst nimmt Inhalte dieses Typs nicht an.",
      action:
        "Wenn Sie eine Datei gesendet haben, wählen Sie eine Datei eines anderen Typs. Wenden Sie sich sonst an den Support.",
    },
    idempotency_in_flight: {
      title: "Wird bereits bearbeitet",
      detail: "Dieselbe Anfrage mit demselben Idempotenzschlüssel wird noch bearbeitet.",
      action: "Warten Sie einen Moment und sehen Sie dann wieder nach. Sie müssen nichts neu starten.",
    },
    idempotency_key_reused: {
      title: "Idempotenzschlüssel bereits benutzt",
      detail: "Der Idempotenzschlüssel wurde bereits für eine andere Anfrage benutzt.",
      action: "Stellen Sie eine neue Anfrage mit einem neuen Schlüssel.",
    },
    answer_expired: {
      title: "Antwort nicht mehr aufbewahrt",
      detail: "Diese Anfrage wurde früher ausgeführt, und ihre Antwort wird hier nicht mehr aufbewahrt.",
      action:
        "Sehen Sie nach, was daraus geworden ist. Stellen Sie nur dann eine neue Anfrage, wenn Sie es ein zweites Mal möchten.",
    },
    call_cancelled: {
      title: "Aufruf wurde abgebrochen",
      detail: "Der Aufruf wurde abgebrochen, bevor er gesendet wurde.",
      action: "Wenn Sie ihn noch brauchen, stellen Sie eine neue Anfrage.",
    },
    input_invalid: {
      title: "Eingabe passt nicht",
      detail: "Die Eingabe ist nicht das, was hier erwartet wird.",
      action: "Berichtigen Sie, was genannt ist, und versuchen Sie es dann erneut.",
    },
    notification_not_failed: {
      title: "Benachrichtigung ist nicht fehlgeschlagen",
      detail:
        "Nur eine fehlgeschlagene Benachrichtigung kann erneut gesendet werden. Diese wird noch versucht oder ist angekommen.",
      action: "Sehen Sie sich den Stand der Benachrichtigung an.",
    },
    idempotency_key_required: {
      title: "Idempotency-Key fehlt",
      detail:
        "Eine Anfrage, die Credits kostet, braucht hier einen Idempotency-Key, damit sie nie zweimal berechnet wird.",
      action:
        "Wenden Sie sich an den Support: Das Produkt muss mit jeder solchen Anfrage einen eigenen Schlüssel senden.",
    },
    operation_not_allowed: {
      title: "Vorgang nicht erlaubt",
      detail: "Der verwendete Schlüssel erlaubt nur bestimmte Vorgänge, und dieser gehört nicht dazu.",
      action: "Wenn Sie diesen Vorgang brauchen, bitten Sie den Betreiber des Produkts darum.",
    },
    sheet_not_allowed: {
      title: "Sheet nicht erlaubt",
      detail: "Der verwendete Schlüssel ist auf bestimmte Sheets beschränkt, und diese Anfrage gilt keinem davon.",
      action: "Wählen Sie ein anderes Sheet, oder bitten Sie den Betreiber des Produkts um Zugang zu diesem.",
    },
    generation_not_allowed: {
      title: "Generierung nicht erlaubt",
      detail: "Der verwendete Schlüssel erlaubt diese Art der Generierung, dieses Modell oder diese Länge nicht.",
      action:
        "Wählen Sie eine andere Art, Länge oder ein anderes Modell, oder bitten Sie den Betreiber des Produkts darum.",
    },
    price_over_limit: {
      title: "Preis über dem Limit",
      detail: "Das würde mehr Credits kosten, als der verwendete Schlüssel für einen Aufruf ausgeben darf.",
      action:
        "Bestellen Sie etwas Kürzeres oder Einfacheres, oder bitten Sie den Betreiber des Produkts um ein höheres Limit.",
    },
    price_unknown: {
      title: "Preis nicht bekannt",
      detail:
        "Mit dem verwendeten Schlüssel darf nur bestellt werden, was einen bekannten Preis hat, und GEN, der Videodienst, nennt dafür keinen.",
      action: "Bestellen Sie etwas anderes, oder bitten Sie den Betreiber des Produkts, dies zu erlauben.",
    },
    rate_limited: {
      title: "Zu viele Anfragen",
      detail: "In kurzer Zeit kamen zu viele Anfragen.",
      action: "Warten Sie ein wenig, und versuchen Sie es dann erneut.",
    },
    charges_paused: {
      title: "Kostenpflichtige Aktionen sind pausiert",
      detail: "Alles, was Credits kostet, ist im Moment abgeschaltet.",
      action:
        "Versuchen Sie es später erneut, oder fragen Sie den Betreiber des Produkts, wann es wieder eingeschaltet wird.",
    },
    sign_in_unavailable: {
      title: "Anmeldung nicht prüfbar",
      detail: "Ihre Anmeldung konnte nicht geprüft werden, weil der Anmeldedienst nicht antwortet.",
      action: "Warten Sie einen Moment, und versuchen Sie es dann erneut.",
    },
    quota_exhausted: {
      title: "Tageslimit erreicht",
      detail:
        "Das ginge über die kostenpflichtigen Aufrufe oder die Credits hinaus, die der verwendete Schlüssel heute ausgeben darf.",
      action: "Warten Sie bis morgen (UTC), oder bitten Sie den Betreiber des Produkts um ein höheres Limit.",
    },
    too_many_watchers: {
      title: "Zu viele Beobachter",
      detail: "Zu viele Leser verfolgen diese Generierung gleichzeitig.",
      action: "Fragen Sie ihren Stand gelegentlich ab, statt sie zu verfolgen.",
    },
    outcome_pending: {
      title: "Ergebnis noch offen",
      detail:
        "GEN, der Videodienst, hat noch keine klare Antwort gegeben. Die Anfrage wird hier weiterverfolgt, bis sie vorliegt.",
      action:
        "Warten Sie einige Minuten und sehen Sie dann nach, ob das Ergebnis da ist. Starten Sie es nicht ein zweites Mal.",
    },
    not_taken_in_time: {
      title: "Nicht rechtzeitig angenommen",
      detail: "Dieser Dienst war zu langsam, um das Gesendete anzunehmen.",
      action: "Senden Sie dasselbe noch einmal: Nichts wird doppelt ausgeführt.",
    },
    internal: {
      title: "Fehler in diesem Dienst",
      detail: "Ein Fehler in diesem Dienst hat die Anfrage gestoppt. Es liegt nicht an Ihnen.",
      action: "Wenden Sie sich mit der Anfrage-ID an den Support.",
    },
    gen_bad_response: {
      title: "Unerwartete Antwort von GEN",
      detail: "GEN, der Videodienst, hat eine Antwort gegeben, die nicht verstanden werden konnte.",
      action: "Wenden Sie sich mit der Anfrage-ID an den Support.",
    },
    gen_unreachable: {
      title: "Verbindung zu GEN verloren",
      detail: "Die Verbindung zu GEN, dem Videodienst, ist abgebrochen.",
      action:
        "Warten Sie einen Moment, und versuchen Sie es noch einmal. Wenn es weiter vorkommt, wenden Sie sich an den Support.",
    },
    outcome_unknown: {
      title: "Ergebnis nicht bekannt",
      detail:
        "GEN, der Videodienst, hat keine klare Antwort gegeben. Ihre Anfrage wurde vielleicht ausgeführt, vielleicht nicht.",
      action: "Sehen Sie zuerst nach, ob das Ergebnis schon da ist. Versuchen Sie es nur dann noch einmal, wenn nicht.",
    },
    gen_rate_limited: {
      title: "GEN ist ausgelastet",
      detail: "GEN, der Videodienst, bearbeitet gerade sehr viele Anfragen.",
      action: "Warten Sie ein wenig, und versuchen Sie es dann noch einmal.",
    },
    gen_unavailable: {
      title: "GEN ist nicht verfügbar",
      detail: "GEN, der Videodienst, hat zurzeit eine Störung.",
      action: "Warten Sie einige Minuten, und versuchen Sie es dann noch einmal.",
    },
    gen_timeout: {
      title: "GEN hat zu lange gebraucht",
      detail: "GEN, der Videodienst, hat nicht rechtzeitig geantwortet.",
      action:
        "Warten Sie einen Moment, und versuchen Sie es noch einmal. Wenn es weiter vorkommt, wenden Sie sich an den Support.",
    },
    gen_rejected_request: {
      title: "GEN hat die Anfrage abgelehnt",
      detail: "GEN, der Videodienst, hat diese Anfrage abgelehnt. Der Grund kann hier nicht angezeigt werden.",
      action: "Prüfen Sie Ihre Eingaben. Wenn sie richtig sind, wenden Sie sich mit der Anfrage-ID an den Support.",
    },
    gen_key_rejected: {
      title: "Kein Zugang zu GEN",
      detail:
        "GEN, der Videodienst, hat den Zugang dieses Dienstes abgelehnt. Es liegt nicht an Ihnen; der Betreiber des Produkts wurde benachrichtigt.",
      action: "Sie müssen nichts ändern. Warten Sie, bis der Betreiber den Zugang wiederhergestellt hat.",
    },
    payment_required: {
      title: "Zahlung nötig",
      detail: "Der Arbeitsbereich muss zuerst bei GEN, dem Videodienst, bezahlen.",
      action: "Kaufen Sie Credits bei GEN, auf der Abrechnungsseite des Arbeitsbereichs.",
    },
    permission_denied: {
      title: "Kein Zugriff auf dieses Element",
      detail:
        "Auf dieses Element besteht bei GEN, dem Videodienst, kein Zugriff, oder das Recht für diese Aktion fehlt.",
      action:
        "Prüfen Sie, ob Sie das richtige Element gewählt haben. Wenn ja, bitten Sie den Betreiber des Produkts um Zugriff.",
    },
    not_found: {
      title: "Element nicht gefunden",
      detail: "Dieses Element gibt es nicht, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste neu, und prüfen Sie, ob es das Element noch gibt.",
    },
    spreadsheet_not_found: {
      title: "Tabelle nicht gefunden",
      detail: "GEN, der Videodienst, hat diese Tabelle bei diesem Agenten nicht gefunden.",
      action: "Prüfen Sie die Tabelle und den Agenten, zu dem sie gehört.",
    },
    project_not_found: {
      title: "Projekt nicht gefunden",
      detail: "GEN, der Videodienst, hat dieses Projekt nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste der Projekte neu, und wählen Sie eines daraus.",
    },
    user_job_not_found: {
      title: "Auftrag nicht gefunden",
      detail: "GEN, der Videodienst, hat diesen Auftrag nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste der Aufträge neu, und wählen Sie einen daraus.",
    },
    user_voice_resource_not_found: {
      title: "Stimme nicht gefunden",
      detail: "GEN, der Videodienst, hat diese Stimme nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste der Stimmen neu, und wählen Sie eine daraus.",
    },
    character_not_found: {
      title: "Figur nicht gefunden",
      detail: "GEN, der Videodienst, hat diese Figur nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste der Figuren neu, und wählen Sie eine daraus.",
    },
    look_not_found: {
      title: "Look nicht gefunden",
      detail: "GEN, der Videodienst, hat diesen Look nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Figur neu, und wählen Sie einen ihrer Looks.",
    },
    talking_character_not_found: {
      title: "Sprechende Figur nicht gefunden",
      detail: "GEN, der Videodienst, hat diese sprechende Figur nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Figur neu, und wählen Sie eine ihrer sprechenden Figuren.",
    },
    avatar_not_found: {
      title: "Avatar nicht gefunden",
      detail: "GEN, der Videodienst, hat diesen Avatar nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste der Avatare neu, und wählen Sie einen daraus.",
    },
    change_set_not_found: {
      title: "Änderungen nicht gefunden",
      detail: "GEN, der Videodienst, hat diese Gruppe von Änderungen in der Tabelle nicht gefunden.",
      action: "Laden Sie die Tabelle neu, und sehen Sie sich die letzten Änderungen an.",
    },
    agent_not_found: {
      title: "Agent nicht gefunden",
      detail: "GEN, der Videodienst, hat diesen Agenten nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste der Agenten neu, und wählen Sie einen daraus.",
    },
    organization_not_found: {
      title: "Organisation nicht gefunden",
      detail: "GEN, der Videodienst, hat diese Organisation nicht gefunden, oder es besteht kein Zugriff darauf.",
      action: "Laden Sie die Liste der Organisationen neu, und wählen Sie eine daraus.",
    },
    usable_gen_credit_required: {
      title: "Keine nutzbaren Credits",
      detail: "Der Arbeitsbereich hat keine Credits, die bei GEN, dem Videodienst, verwendet werden können.",
      action: "Kaufen Sie Credits bei GEN, auf der Abrechnungsseite des Arbeitsbereichs.",
    },
    no_active_credit_purchase: {
      title: "Keine aktiven Credits gekauft",
      detail: "Dafür sind aktive Credits bei GEN, dem Videodienst, nötig, und der Arbeitsbereich hat keine.",
      action: "Kaufen Sie Credits bei GEN, auf der Abrechnungsseite des Arbeitsbereichs.",
    },
    insufficient_credits_for_job: {
      title: "Nicht genug Credits",
      detail: "Der Arbeitsbereich hat bei GEN, dem Videodienst, zu wenige Credits für diesen Auftrag.",
      action:
        "Kaufen Sie weitere Credits bei GEN, auf der Abrechnungsseite des Arbeitsbereichs, oder wählen Sie etwas Kleineres.",
    },
    job_cannot_be_stopped: {
      title: "Auftrag nicht mehr zu stoppen",
      detail: "Der Auftrag kann nicht gestoppt werden, weil er schon beendet ist.",
      action: "Sehen Sie sich den Status des Auftrags und sein Ergebnis an.",
    },
    job_status_invalid: {
      title: "In diesem Status nicht möglich",
      detail: "Der Status des Auftrags lässt das nicht zu. Wahrscheinlich ist er schon beendet.",
      action: "Sehen Sie sich den Status des Auftrags an, und entscheiden Sie dann, was Sie tun möchten.",
    },
    undo_conflict: {
      title: "Rückgängigmachen nicht möglich",
      detail: "Die Tabelle wurde inzwischen geändert, deshalb kann die Änderung nicht rückgängig gemacht werden.",
      action:
        "Laden Sie die Tabelle neu, sehen Sie sich die letzten Änderungen an, und entscheiden Sie dann, was Sie tun möchten.",
    },
    redo_conflict: {
      title: "Wiederherstellen nicht möglich",
      detail: "Die Tabelle wurde inzwischen geändert, deshalb kann die Änderung nicht wiederhergestellt werden.",
      action:
        "Laden Sie die Tabelle neu, sehen Sie sich die letzten Änderungen an, und entscheiden Sie dann, was Sie tun möchten.",
    },
    nothing_to_undo: {
      title: "Nichts rückgängig zu machen",
      detail: "In der Tabelle gibt es keine Änderung, die rückgängig gemacht werden kann.",
      action: "Wenn Sie eine Änderung erwartet haben, laden Sie die Tabelle neu.",
    },
    nothing_to_redo: {
      title: "Nichts wiederherzustellen",
      detail: "In der Tabelle gibt es keine rückgängig gemachte Änderung, die wiederhergestellt werden kann.",
      action: "Wenn Sie eine Änderung erwartet haben, laden Sie die Tabelle neu.",
    },
    queue_full: {
      title: "Zu viele wartende Nachrichten",
      detail: "In dieser Unterhaltung warten schon zu viele Nachrichten.",
      action: "Warten Sie, bis einige davon bearbeitet sind, oder entfernen Sie eine.",
    },
    invalid_transition: {
      title: "Änderung zurzeit nicht möglich",
      detail: "Die Nachricht kann in ihrem jetzigen Zustand nicht auf diese Weise geändert werden.",
      action: "Laden Sie die Unterhaltung neu, und sehen Sie sich den Zustand der Nachricht an.",
    },
    already_sent: {
      title: "Nachricht bereits gesendet",
      detail: "Die Nachricht wurde bereits gesendet und kann nicht mehr geändert werden.",
      action: "Laden Sie die Unterhaltung neu. Wenn etwas fehlt, schreiben Sie eine neue Nachricht.",
    },
    idempotency_conflict: {
      title: "Idempotenzschlüssel bereits verwendet",
      detail: "Derselbe Idempotenzschlüssel wurde bereits für eine andere Anfrage verwendet.",
      action:
        "Sehen Sie nach, ob die frühere Anfrage das Gewünschte getan hat. Wenn nicht, starten Sie eine neue Anfrage mit einem neuen Schlüssel.",
    },
    generation_busy: {
      title: "Generierung wird bereits fortgesetzt",
      detail: "Diese Generierung wird bereits fortgesetzt.",
      action: "Warten Sie ein wenig, und sehen Sie sich dann ihren Status an.",
    },
    validation_error: {
      title: "Fehler in den Eingaben",
      detail: "GEN, der Videodienst, hat in den Eingaben einen Fehler gefunden.",
      action: "Korrigieren Sie die Eingaben, und senden Sie sie noch einmal.",
    },
    invalid_action: {
      title: "Tabellenaktion nicht gültig",
      detail: "GEN, der Videodienst, hat in einer Aktion an der Tabelle einen Fehler gefunden.",
      action: "Korrigieren Sie die Aktion, und senden Sie sie noch einmal.",
    },
    file_size_exceeded: {
      title: "Datei zu groß",
      detail: "Die Datei ist größer, als GEN, der Videodienst, annimmt.",
      action: "Wählen Sie eine kleinere Datei, oder verkleinern Sie diese.",
    },
    invalid_content_type: {
      title: "Dateityp nicht angenommen",
      detail: "GEN, der Videodienst, nimmt Inhalte dieses Typs hier nicht an.",
      action: "Wählen Sie eine Datei eines anderen Typs.",
    },
    voice_id_required: {
      title: "Stimme fehlt",
      detail: "Dafür ist eine Stimme nötig, und es wurde keine gewählt.",
      action: "Wählen Sie eine Stimme, und senden Sie die Daten noch einmal.",
    },
    invalid_api_key: {
      title: "Schlüssel des Stimmenanbieters nicht angenommen",
      detail: "Der Schlüssel des Stimmenanbieters wurde nicht angenommen.",
      action:
        "Kopieren Sie den Schlüssel noch einmal vom Stimmenanbieter, und speichern Sie ihn in den Stimmeinstellungen.",
    },
    agent_creation_failed: {
      title: "Agent nicht erstellt",
      detail: "GEN, der Videodienst, konnte den Agenten nicht erstellen.",
      action: "Prüfen Sie die Angaben zum Agenten, und korrigieren Sie sie.",
    },
    agent_update_failed: {
      title: "Agent nicht geändert",
      detail: "GEN, der Videodienst, konnte die Änderungen am Agenten nicht speichern.",
      action: "Prüfen Sie die Änderungen am Agenten, und korrigieren Sie sie.",
    },
    avatar_creation_failed: {
      title: "Avatar nicht erstellt",
      detail: "GEN, der Videodienst, konnte den Avatar nicht erstellen.",
      action: "Prüfen Sie die Angaben zum Avatar und sein Bild.",
    },
    avatar_update_failed: {
      title: "Avatar nicht geändert",
      detail: "GEN, der Videodienst, konnte die Änderungen am Avatar nicht speichern.",
      action: "Prüfen Sie die Änderungen am Avatar, und korrigieren Sie sie.",
    },
    content_resource_creation_failed: {
      title: "Ressource nicht erstellt",
      detail: "GEN, der Videodienst, konnte die Ressource nicht erstellen.",
      action: "Prüfen Sie die Datei und Ihre Eingaben, und korrigieren Sie sie.",
    },
    direct_upload_failed: {
      title: "Upload nicht angenommen",
      detail: "GEN, der Videodienst, hat den Upload nicht angenommen.",
      action: "Prüfen Sie Typ und Größe der Datei, oder wählen Sie eine andere.",
    },
    folder_removal_failed: {
      title: "Ordner nicht entfernt",
      detail: "GEN, der Videodienst, konnte den Ordner nicht entfernen.",
      action: "Sehen Sie nach, was im Ordner liegt und ob er noch verwendet wird.",
    },
    platform_validation_failed: {
      title: "Beitrag nicht passend",
      detail: "Der Beitrag erfüllt die Regeln mindestens einer Plattform nicht.",
      action: "Passen Sie den Beitrag für diese Plattform an, oder lassen Sie die Plattform weg.",
    },
    post_not_published: {
      title: "Beitrag ist nicht veröffentlicht",
      detail: "Der Beitrag ist nicht veröffentlicht, und GEN, der Videodienst, konnte die Anfrage nicht ausführen.",
      action: "Sehen Sie sich den Status des Beitrags an, und korrigieren Sie, was genannt ist.",
    },
    tiktok_private_only: {
      title: "Auf TikTok nur privat",
      detail: "TikTok nimmt von diesem Konto zurzeit nur private Beiträge an.",
      action: "Stellen Sie den Beitrag auf privat, oder wählen Sie ein anderes Konto.",
    },
  },
  reasons: {
    agent_id_repeated:
      "agent_id steht an einer Stelle zweimal oder an zweien verschieden; geben Sie es einmal an, oder gleich in Pfad, Query und Body.",
    agent_id_in_brackets:
      "agent_id steht in einem Namen mit Klammern, verschachtelt oder in anderer Schreibweise; schreiben Sie einfach agent_id.",
    agent_id_missing:
      "Dieser Schlüssel gilt nur für bestimmte Agenten, deshalb muss die Anfrage in agent_id einen nennen.",
    agent_id_not_scalar: "agent_id muss eine einzelne Zeichenkette oder Zahl sein, keine Liste und kein Objekt.",
    body_not_json: "Der Body ist kein gültiges JSON.",
    body_not_form:
      "Das Formular war nicht eindeutig lesbar: Felder brauchen UTF-8 und & dazwischen; Teile einen Namen, CRLF und eine schließende Boundary.",
    body_must_be_json:
      "Diese Operation nimmt nur einen JSON-Body an; senden Sie ihn mit Content-Type: application/json.",
    json_member_repeated: "In einem Objekt des JSON-Bodys steht ein Name zweimal.",
    field_overrides: "Felder wie _method, die aus der Anfrage eine andere machen, werden nicht weitergegeben.",
    body_cut: "Die Verbindung endete, bevor der ganze Body angekommen war.",
    content_encoding_not_supported:
      "Dieses Content-Encoding wird nicht unterstützt; senden Sie den Body ohne Komprimierung.",
    content_type_missing: "Die Anfrage hat einen Body, aber keinen Content-Type.",
    content_type_not_supported:
      "Content-Type muss application/json, application/x-www-form-urlencoded oder multipart/form-data mit einer Boundary sein, in UTF-8.",
    idempotency_key_malformed: "Ein Idempotenzschlüssel muss aus 1 bis 255 druckbaren ASCII-Zeichen bestehen.",
    idempotency_key_repeated: "Header und Body enthalten zwei verschiedene Idempotenzschlüssel; senden Sie nur einen.",
    path_malformed:
      "Der Pfad enthält Punktsegmente, kodierte Schrägstriche, umgekehrte Schrägstriche oder Steuerzeichen.",
    query_malformed: "Die Query konnte nicht gelesen werden.",
    query_ambiguous: "Die Query muss prozentkodiertes UTF-8 sein, mit & und ohne Semikolon zwischen den Feldern.",
    key_missing: "Der Schlüssel fehlt; senden Sie X-API-Key oder Authorization: Bearer.",
    key_malformed:
      "Der Schlüssel hat nicht die Form eines Schlüssels dieses Dienstes; prüfen Sie, ob er vollständig kopiert wurde.",
    key_unknown: "Der Schlüssel ist unbekannt, widerrufen oder abgelaufen.",
    key_expired: "Der Schlüssel ist abgelaufen.",
    body_over_limit_for_confined:
      "Mit einem Schlüssel, der nur für bestimmte Agenten gilt, muss ein Body über 1 MiB multipart sein.",
    token_refused: "Das Token gilt hier nicht: wegen Signatur, Aussteller, Zielgruppe, Zeit oder Richtlinie.",
    ticket_refused: "Das Ticket gilt hierfür nicht oder ist abgelaufen.",
    upload_not_canonical:
      "Ein Multipart-Body über dieser Größe muss so geschrieben sein wie von Browsern: CRLF, Namen in Anführungszeichen, nur Content-Disposition und Content-Type, nichts vor oder nach den Teilen.",
    resolution_malformed: "Der Body muss JSON mit genau einem Feld sein: charged, true oder false.",
    origin_on_admin: "Administrative Funktionen sind für Browser nie offen; rufen Sie sie von einem Server aus auf.",
  },
  charged: {
    no: "Es wurden keine Credits verbraucht.",
    yes: "Dafür wurden Credits verbraucht.",
    unknown: "Es ist noch nicht bekannt, ob Credits verbraucht wurden.",
  },
  retry: {
    yes: "Ein neuer Versuch kann helfen.",
    after: "Ein neuer Versuch in {seconds} s kann helfen.",
    no: "Ein neuer Versuch ohne Änderung hilft nicht.",
    same_key:
      "Ein neuer Versuch kann helfen, aber nur mit demselben Idempotency-Key: Damit wird nichts doppelt ausgeführt oder berechnet.",
  },
  page: {
    what_happened: "Was ist geschehen",
    what_to_do: "Was Sie tun können",
    http_status: "HTTP-Status",
    trying_again: "Neuer Versuch",
    credits: "Credits",
    all_codes: "Alle Fehlercodes",
    code_unknown: "Diesen Fehlercode gibt es nicht.",
    charged_varies: "Jede Antwort sagt in ihrem Feld `charged`, ob Credits verbraucht wurden.",
    retry_varies: "Jede Antwort sagt in ihrem Feld `retryable`, ob ein neuer Versuch helfen kann.",
  },
};
