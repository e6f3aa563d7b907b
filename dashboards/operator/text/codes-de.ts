/** The table of error codes (`services/model/codes.ts`, `remedies.ts`) in German: a code that is missing here is a compile error. */
import type { ErrorCode } from '../../../services/model/index.ts';

export interface CodeText {
  readonly title: string;
  /** Names of options, headers and the like stand between backticks. */
  readonly remedy: string;
}

export const CODES_DE: Readonly<Record<ErrorCode, CodeText>> = {
  'envelope.json': {
    title: 'Die Nachricht ist kein gültiges JSON',
    remedy: 'Stellen Sie die Anbindung im Netzserver auf JSON (ChirpStack: „JSON“, nicht „Protobuf“).',
  },
  'envelope.shape': {
    title: 'Der Nachricht fehlt ein Feld, oder eines hat den falschen Typ',
    remedy:
      'Die Einzelheiten nennen das Feld. Vergleichen Sie die Version des Netzservers mit der Beschreibung der Quelle.',
  },
  'envelope.base64': {
    title: 'Die Nutzdaten sind kein gültiges Base64',
    remedy: 'Etwas zwischen Netz und Hub verändert die Nutzdaten; sie müssen unverändert ankommen.',
  },
  'envelope.topic': {
    title: 'Das Topic sagt nicht, welches Ereignis das ist',
    remedy: 'Nehmen Sie die Topics des Netzes selbst; bei einem Webhook gehört `?event=up` in die Adresse.',
  },
  'envelope.source': {
    title: 'Eine Quelle dieses Namens gibt es in der Konfiguration nicht mehr',
    remedy: 'Tragen Sie die Quelle wieder ein und lassen Sie die Nachrichten neu dekodieren; sie sind aufbewahrt.',
  },
  'envelope.size': {
    title: 'Die Nachricht ist größer als erlaubt',
    remedy: 'Erhöhen Sie die Grenze an diesem Eingang, wenn solche Nachrichten kommen sollen.',
  },
  'device.unknown': {
    title: 'Das Gerät ist nicht registriert',
    remedy: 'Registrieren Sie es (`POST /admin/import`); seine aufbewahrten Nachrichten werden dann dekodiert.',
  },
  'device.model': {
    title: 'Das Gerät hat kein Modell oder eines, das der Hub nicht kennt',
    remedy: 'Registrieren Sie es neu mit einem Modell aus dem Katalog.',
  },
  'decode.port': {
    title: 'Das Modell kennt diesen FPort nicht',
    remedy:
      'Ist es das richtige Modell? Viele Geräte senden ihre Einstellungen auf einem anderen FPort; das ist harmlos.',
  },
  'decode.truncated': {
    title: 'Die Nutzdaten enden mitten in einem Feld',
    remedy: 'Ist es das richtige Modell? Niedrige Datenraten kürzen die Nachrichten mancher Geräte.',
  },
  'decode.unknown': {
    title: 'Die Nutzdaten haben ein Feld, das das Modell nicht kennt',
    remedy: 'Neuere Firmware? Melden Sie die Nachricht, damit das Modell das Feld lernt.',
  },
  'decode.invalid': {
    title: 'Die Nutzdaten verletzen eine Regel des Modells',
    remedy: 'Ist es das richtige Modell? Sonst melden Sie die Nachricht.',
  },
  'decode.crash': {
    title: 'Der Decoder ist gescheitert; das ist ein Fehler des Decoders',
    remedy: 'Melden Sie die Nachricht; mit dem verbesserten Decoder lassen Sie sie neu dekodieren.',
  },
  'reading.notFinite': {
    title: 'Der Messwert ist keine endliche Zahl',
    remedy: 'NaN und Werte über 1,8e308 sind keine Messwerte; sehen Sie nach dem Gerät oder der Zuordnung.',
  },
  'reading.type': {
    title: 'Der Messwert hat einen anderen Typ als sein Kanal',
    remedy: 'Zahlen müssen als JSON-Zahlen kommen, nicht als Text mit Komma. Berichtigen Sie Zuordnung oder Absender.',
  },
  'reading.channel': {
    title: 'Das Gerät hat für diesen Kanal keinen Datenstrom',
    remedy: 'Registrieren Sie das Gerät neu mit diesem Kanal.',
  },
  'reading.time': {
    title: 'Die Zeit liegt außerhalb von 1700–2250',
    remedy: 'Stellen Sie die Uhr des Geräts oder des Gateways.',
  },
  'request.json': { title: 'Die Anfrage ist kein gültiges JSON', remedy: 'Die Einzelheiten nennen die Stelle.' },
  'request.body': {
    title: 'Der Anfrage fehlt ein Feld, oder eines ist falsch',
    remedy: 'Die Einzelheiten nennen das Feld und was erwartet wird.',
  },
  'request.tooLarge': {
    title: 'Die Anfrage ist größer als erlaubt',
    remedy: 'Senden Sie sie in mehreren Teilen; die Einzelheiten nennen die Grenze.',
  },
  'request.head': {
    title: 'Der Kopf der Anfrage ist größer als die Grenze',
    remedy: 'Weniger oder kürzere Kopfzeilen senden; eine lange Abfrage gehört in ein `$batch`.',
  },
  'request.late': {
    title: 'Die Anfrage kam nicht rechtzeitig an',
    remedy: 'Noch einmal senden, schneller; ein Proxy, der den Inhalt abwartet, hilft langsamen Clients.',
  },
  'request.method': { title: 'Diese Methode gibt es hier nicht', remedy: '`Allow` in der Antwort nennt die Methoden.' },
  'request.host': {
    title: 'Die Anfrage nennt keinen gültigen Host',
    remedy: 'Senden Sie `Host` mit Name oder Adresse und Port; ein Proxy davor muss ihn weitergeben.',
  },
  'request.conflict': {
    title: 'Die Anfrage widerspricht dem, was da ist',
    remedy: 'Sehen Sie nach, was da ist, und entscheiden Sie dann.',
  },
  'request.dependency': {
    title: 'Eine Anfrage, von der diese abhängt, ist gescheitert',
    remedy: 'Berichtigen Sie die, die die Einzelheiten nennen; beide kommen im nächsten `$batch` wieder.',
  },
  'request.unsupported': {
    title: 'Das kann der Hub noch nicht',
    remedy: 'Die Einzelheiten sagen, was stattdessen geht.',
  },
  'query.syntax': {
    title: 'Die Abfrage ist nicht lesbar',
    remedy: 'Die Einzelheiten nennen die Stelle und was dort stehen müsste.',
  },
  'query.option': {
    title: 'Ein Parameter der Abfrage hat einen falschen Wert',
    remedy: 'Die Einzelheiten nennen den Parameter und die Werte, die er annimmt.',
  },
  'query.property': {
    title: 'Die Abfrage nennt etwas, das es nicht gibt',
    remedy: 'Groß- und Kleinschreibung zählt: `phenomenonTime`, `Datastreams`.',
  },
  'query.type': {
    title: 'Die Abfrage vergleicht oder berechnet, was nicht zusammenpasst',
    remedy: 'Texte in Anführungszeichen, Zahlen und Zeiten ohne.',
  },
  'query.unsupported': {
    title: 'Der Hub unterstützt diesen Parameter der Abfrage nicht',
    remedy: 'Fragen Sie ohne ihn und filtern Sie selbst.',
  },
  'query.limit': {
    title: 'Die Abfrage geht über eine Grenze hinaus',
    remedy: 'Fragen Sie nach weniger: kürzere Zeit, kleineres `$top`, weniger `$expand`.',
  },
  'access.token': {
    title: 'Es braucht einen gültigen Schlüssel',
    remedy: 'Senden Sie `Authorization: Bearer <Schlüssel>`.',
  },
  'access.denied': {
    title: 'Der Schlüssel erlaubt das nicht',
    remedy: 'Der Schlüssel zum Verwalten darf alles; der zum Einliefern darf einliefern und Messwerte anlegen.',
  },
  notFound: {
    title: 'Hier ist nichts',
    remedy: 'Es gibt das nicht, oder Sie dürfen es nicht sehen: Was nicht öffentlich ist, braucht einen Schlüssel.',
  },
  'request.range': {
    title: 'Der verlangte Teil der Datei liegt außerhalb von ihr',
    remedy: 'Verlangen Sie Bytes, die die Datei hat; `Content-Range` sagt, wie lang sie ist.',
  },
  'request.mediaType': {
    title: 'Die Anfrage hat ein Format, das der Hub nicht liest',
    remedy: 'Senden Sie JSON in UTF-8 mit `Content-Type: application/json`.',
  },
  'access.attempts': {
    title: 'Zu viele falsche Schlüssel von dieser Adresse',
    remedy: 'Warten Sie `access.failureSeconds` Sekunden und nehmen Sie dann den richtigen Schlüssel.',
  },
  'store.rejected': {
    title: 'Der Speicher hat diese Zeile abgelehnt',
    remedy: 'Die Einzelheiten sind die Worte des Speichers. Beheben Sie es dort und lassen Sie neu dekodieren.',
  },
  'store.unavailable': {
    title: 'Der Zeitreihenspeicher ist nicht erreichbar',
    remedy:
      'Starten Sie ihn oder stellen Sie das Netz dorthin wieder her. Das Journal bewahrt alles; der Hub macht von selbst weiter.',
  },
  'store.credentials': {
    title: 'Der Zeitreihenspeicher lässt den Hub nicht herein',
    remedy:
      'Berichtigen Sie `timeseries.influxdb.token` oder `username` und `password`; der Hub versucht es von selbst wieder.',
  },
  'store.missing': {
    title: 'Der Zeitreihenspeicher hat keine solche Datenbank, keinen solchen Bucket',
    remedy:
      'Legen Sie an, was die Einzelheiten nennen, oder berichtigen Sie `timeseries.influxdb`; der Hub versucht es von selbst wieder.',
  },
  'store.replaced': {
    title: 'Am Platz des bekannten Zeitreihenspeichers steht ein anderer',
    remedy: 'Es ist nichts zu tun: Der Hub füllt ihn aus dem Journal. Spielen Sie ein, was das Journal nicht mehr hat.',
  },
  'store.foreign': {
    title: 'Der Zeitreihenspeicher gehört einem anderen Hub oder ist weiter als dieser',
    remedy:
      'Geben Sie dem Hub eine eigene Datenbank; oder übernehmen Sie den Speicher wissentlich: ein Start mit `timeseries.influxdb.takeOver`.',
  },
  'store.unsupported': {
    title: 'Dieser Zeitreihenspeicher kann das nicht',
    remedy: 'Die Einzelheiten sagen, warum. Ein anderer Speicher kann es (`timeseries.store`).',
  },
  'hub.listen': {
    title: 'Der Hub kann einen Port nicht öffnen',
    remedy:
      'Ein anderes Programm hat den Port: Beenden Sie es, oder wählen Sie mit der genannten Option einen anderen.',
  },
  'hub.busy': {
    title: 'Der Hub ist an einer Grenze; bitte noch einmal versuchen',
    remedy: 'Warten Sie und wiederholen Sie es. Bleibt es so, zeigt `/metrics`, welche Warteschlange voll ist.',
  },
  'hub.storage': {
    title: 'Der Hub kann nicht auf seine Platte schreiben',
    remedy:
      'Prüfen Sie den freien Platz und die Rechte des Datenordners. Die Netze bewahren ihre Nachrichten so lange auf.',
  },
  'hub.full': {
    title: 'Der Hub hat so viele Einträge, wie er haben darf',
    remedy:
      'Löschen Sie, was nicht mehr gebraucht wird, oder erhöhen Sie `registry.maxEntities` und den Arbeitsspeicher.',
  },
  'hub.internal': {
    title: 'Ein Fehler im Hub',
    remedy: 'Melden Sie ihn mit der Zeile, die zur selben Zeit im Protokoll steht.',
  },
};
