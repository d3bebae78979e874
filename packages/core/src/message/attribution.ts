/** Longest attribution that is recognised, and the most lines it may span. */
const MAX_BYTES = 400;

/** How mailers, and people, say who wrote what is quoted below; at the end of the line, perhaps with a name or date behind the verb. */
const VERB = new RegExp(
  `(?:wrote|writes|said|says|typed|scribbled|schrieb|schrieben|écrit|écrivait|escribió|escribio|escreveu|ha scritto|scrisse|scrive|schreef|
  skrev|skrifaði|kirjoitti|napisał(?:\\(a\\)|a)?|pisze|napsal(?:\\(a\\)|a)?|napísal|yazdı|írta|a scris|пишет|писал(?:\\(а\\)|а)?|написал(?:\\(а\\)|а)?|
  пише|έγραψε|כתב|كتب|写道|寫道|wrote on|のメール|さんは書きました|作成)[^:：]{0,120}[:：]?$`.replace(
    /\s*\n\s*/g,
    '',
  ),
  'iu',
);
/** How an attribution may begin; needed where it has several lines. */
const OPENING =
  /^(?:on|am|le|el|il|em|op|den|dne|dnia|w dniu|в|at|in|quoting|quoth|from|\*|>?\s*\d{1,4}[./-]\d|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,|\d{4}年)(?![a-z])/iu;
/** `Ann <ann@example.org>:` and `Quoting Ann <…>:` need no verb. */
const NAMED =
  /(?:<[^<>\s]+@[^<>\s]+>|^quoting .{1,200}|^in (?:message|article) .{1,300}|\(\S+@\S+\))\s*[:：]$/iu;

const ORIGINAL =
  /^-{2,}\s*(?:original message|forwarded message|forwarded by|forwarded by|original-nachricht|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|message d'origine|message original|message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht|originalmeddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|eredeti üzenet|исходное сообщение|пересылаемое сообщение|原始邮件|原始郵件|邮件原件|転送メッセージ|元のメッセージ).{0,120}$/iu;

/** Names of the header lines that Outlook and others copy above what they quote, without marks. */
const FROM_LINE = /^\*?(?:from|von|de|da|van|fra|från|od|от|lähettäjä|发件人|寄件者|差出人)\s?[:：]\*?\s/iu;
const SENT_LINE =
  /^\*?(?:sent|date|gesendet|datum|envoyé|enviado(?: el)?|data|inviato|verzonden|sendt|skickat|wysłano|отправлено|дата|lähetetty|发送时间|日期|送信日時|fecha)\s?[:：]/iu;
const TO_LINE = /^\*?(?:to|an|à|para|a|aan|til|till|do|кому|vastaanottaja|收件人|宛先)\s?[:：]/iu;
const SUBJECT_LINE =
  /^\*?(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|тема|aihe|主题|主旨|件名)\s?[:：]/iu;

/**
 * Where the attribution above a quote begins ("On …, Ann wrote:"), or -1. `lines` are the starts of up to three lines that follow each other
 * without an empty one, the last of them ending at `end`.
 */
export function attributionStart(bytes: Buffer, lines: readonly number[], end: number): number {
  const last = lines[lines.length - 1];
  if (last === undefined || end - last > MAX_BYTES) return -1;
  const line = bytes.toString('utf8', last, end).trim();
  if (!VERB.test(line) && !NAMED.test(line)) return -1;
  if (OPENING.test(line)) return last;
  for (let i = lines.length - 2; i >= 0; i--) {
    const start = lines[i] ?? last;
    if (end - start > MAX_BYTES) break;
    if (OPENING.test(bytes.toString('utf8', start, end).trim())) return start;
  }
  return last;
}

/** Whether the line says that the message it answers, or passes on, follows as it was: `-----Original Message-----` and its like. */
export function isOriginalMark(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > MAX_BYTES) return false;
  const line = bytes.toString('utf8', start, end).trim();
  return ORIGINAL.test(line) || line === 'Begin forwarded message:';
}

/**
 * Whether lines such as "From: … Sent: … To: … Subject: …" begin at `start`: a message quoted without marks. The From, Date and Subject lines
 * of a patch have no To among them.
 */
export function isCopiedHeader(bytes: Buffer, start: number, lineEnd: number): boolean {
  if (!FROM_LINE.test(bytes.toString('utf8', start, Math.min(lineEnd + 1, start + 40)))) return false;
  const lines = bytes.toString('utf8', start, start + 1_500).split('\n', 8);
  const block = lines.slice(1, lines.findIndex((line, i) => i > 0 && line.trim() === '') >>> 0);
  return [SENT_LINE, TO_LINE, SUBJECT_LINE].every((form) => block.some((line) => form.test(line)));
}
