"""What stands in every interview and identifies nobody, and the words that say what a capital stands for."""

from __future__ import annotations

from coding.language.wording import words

#: Written with a capital though they name nobody: roles, offices everybody knows, products, faith, time.
FURNITURE = words(
    """
    fremskrittspartiet framstegspartiet fremskrittsparti framstegsparti arbeidarpartiet venstreparti
    folkeparti kristelig kristeleg sosialistisk miljøpartiet grønne grøne fn lo nho unio kripos politiet
    politi høyesterett eøs midtøsten syden utenriksdepartementet kunnskapsdepartementet
    finansdepartementet utdanningsdirektoratet miljødirektoratet likestillingsombudet sivilombudsmannen
    barneombudet aftenposten dagbladet dagsavisen st kr coop rema kiwi ikea meld prop
    innst dok utd nou ii iii iv vi vii viii
    ix xi xii facebookside facebooksiden facebookgruppe facebookgruppa facebookgruppen intervjuer
    intervjuar intervju interviewer moderator fasilitator forsker informant informanten deltaker
    deltakar deltakere taler speaker participant respondent observatør kvinne mann ukjent flere alle
    spørsmål svar opptak daglig leder dagleg leiar styreleder nestleder koordinator
    frivillighetskoordinator rådgiver frivillig frivillige frivillighet frivilligheten frivilligsentral
    frivilligsentralen frivilligsentraler frivilligsentralene frivilligsentralenes nærmiljøsentral
    nærmiljøsentralen sentral sentralen kommune kommunen kommuner fylket fylkeskommunen bydel bydelen
    bydelsutvalget byråd byråden byrådet rådhuset ordfører ordføreren kommunedirektøren stat staten
    stortinget storting regjeringen regjering departementet kulturdepartementet kommunal-
    helsedirektoratet bufdir imdi udi husbanken statsforvalteren fylkesmannen barnevern barnevernet
    flyktningtjenesten voksenopplæringen kulturskolen kulturskole nav ks nrk tv2 vg ssb skatteetaten
    helfo altinn bankid vipps brønnøysundregistrene brreg lotteritilsynet frivillighetsregisteret fhi
    who fn eu eøs nato ap høyre frp sv krf mdg arbeiderpartiet venstre senterpartiet rødt sp norge noreg
    norway norden skandinavia europa asia afrika amerika verden norsk norske nynorsk bokmål engelsk
    arabisk somali tigrinja polsk ukrainsk tyrkisk gud gudene jesus kristus allah koranen bibelen
    herregud herren fanden jøss jul julen jula påske påsken pinse sankthans halloween ramadan eid advent
    valentinsdagen nyttår ferie sommer høst vinter vår januar februar mars april mai juni juli august
    september oktober november desember mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tysdag
    laurdag sundag mandager tirsdager onsdager torsdager fredager lørdager søndager mandagen tirsdagen
    onsdagen torsdagen fredagen january february march june july october december monday tuesday
    wednesday thursday friday saturday sunday teams zoom skype messenger facebook instagram snapchat
    snap tiktok twitter youtube google gmail outlook word excel powerpoint office microsoft windows
    apple iphone ipad mac android whatsapp netflix spotify linkedin chatgpt kahoot internett wifi app tv
    pc pcen it hms hr hc pr ok cv pdf gps sms mms qr id covid corona korona koronaen pandemien viktig
    notat merk obs kl nr tlf side vedlegg kapittel figur tabell del turen forts latter ler pause uklart
    norwegian english i'm mr mrs ms
    """
)

#: Lower-case words before a name that make it a person's for sure.
TITLES = words(
    """
    herr fru frøken hr frk dr doktor professor prof pastor presten biskop søster bror onkel tante tanta
    farmor farfar mormor morfar bestemor bestefar kong dronning statsråd advokat kaptein sersjant imam
    sensei lærer sjefen kompisen venninna venninnen kollegaen naboen broren søsteren sønnen datteren
    dattera mannen kona faren moren
    """
)

#: Before a name that nothing else explains they make it a place.
PLACE_PREPOSITIONS = words(
    "i på fra frå ved utenfor nær rundt bydel bydelen området strøket øya bygda byen tettstedet"
)

#: Legal forms that end a company's name; written so.
LEGAL_FORMS = words("AS ASA DA SA ANS BA SF KF IKS HF NUF RHF Inc Ltd GmbH AB ApS")

#: Words that stand before an organisation's name and belong to it.
ORGANISATION_FIRST = words(
    """
    stiftelsen foreningen organisasjonen selskapet firmaet bedriften kafé kafeen kafe hotell restaurant
    klubben
    """
)

#: Lower-case heads that make an organisation of the capitals before them, also as the last part of a compound.
ORGANISATION_HEADS = words(
    """
    kommune fylkeskommune frivilligsentral frivilligsentralen sentral sentralen frivillighetssentral
    senter senteret menighet menigheten sokn kirke kirken kirka kyrkje kyrkja moské moskeen skole skolen
    skule skulen barnehage barnehagen sykehus sykehuset sjukehus sjukehuset sykehjem sykehjemmet
    sjukeheim sjukeheimen helsehus legekontor legesenter legevakt bibliotek biblioteket museum hotell
    klubb klubben forening foreningen forbund forbundet lag laget korps kor idrettslag hagelag bygdelag
    husflidslag sanglag ungdomslag bondelag skytterlag historielag teaterlag turlag borettslag mannskor
    jentekor barnekor damekor vel stiftelse samfunnshus kulturhus forsamlingshus menighetshus ungdomshus
    bofellesskap universitet høgskole høyskole sparebank teater kafé kafe bakeri byggevare videregående
    bispedømme misjon ungdomsråd eldreråd bydelsutvalg
    """
)
#: Those that also end a compound ("bridgeklubb"); the others end too many other words ("forslag", "likevel").
_ALONE = words("korps laget misjon byggevare sentral sentralen")
COMPOUND_HEADS = (
    *sorted(head for head in ORGANISATION_HEADS if len(head) > 4 and head not in _ALONE),
    *("skolekorps", "musikkorps", "frivilligsentral", "frivillighetssentral"),
)

#: What a capitalised word may end in to be an organisation by itself ("Sandvikslaget").
ORGANISATION_ENDINGS = (
    "laget", "foreningen", "foreninga", "klubben", "sentralen", "stiftelsen", "skolen", "skulen", "kirken", "kirka",
    "menigheten", "korpset", "koret", "senteret", "huset", "forbundet", "hjemmet", "heimen", "kafeen", "bedriften",
    "misjonen", "hjelpen", "rådet", "sykehuset", "sykehjemmet", "biblioteket", "barnehagen", "teateret", "museet",
    "universitetet", "høgskolen", "høyskolen", "vernet", "tidende", "avisen", "avisa", "posten",
)  # fmt: skip

#: Organisations with many houses, known by names that no rule would find; each word as written, small letters here.
ORGANISATIONS = frozenset(
    name.strip()
    for name in """
    røde kors; blå kors; kirkens bymisjon; bymisjonen; frelsesarmeen; redd barna; norsk folkehjelp;
    folkehjelpen; caritas; lions; lions club; rotary; mental helse; fontenehuset; kfum; kfuk;
    sanitetsforeningen; norske kvinners sanitetsforening; nasjonalforeningen; pensjonistforbundet;
    kreftforeningen; actis; home start; natteravnene; amnesty; plan norge; flyktninghjelpen; kirkens
    nødhjelp; kirkens sos; den norske kirke; norges idrettsforbund; turistforeningen; bærekraftige liv;
    natur og ungdom; speiderne; det grønne huset; leger uten grenser; røde kors ungdom; ungdommens røde
    kors; hjelpekorpset; normisjon; wayback
    """.replace("\n", " ").split(";")
)

#: What a person does: before or behind these a bare word at the beginning of a sentence is somebody's name.
SPEECH = words(
    """
    sa sier seier si' sade fortalte forteller fortel spurte spør spurde svarte svarer svara ringte
    ringer ringde mente mener meiner meinte synes syns syntes tror trodde trur vet veit visste visst
    husker hugsar husket jobber jobba jobbet arbeider arbeidde bor bur bodde budde begynte sluttet
    slutta skrev skriver skreiv leste leser døde døydde heter heiter het heitte lo ler gråt gråter liker
    likte likar elsker elsket kjenner kjente kjende møtte snakket snakker snakka hilste hilser pleide
    ønsket ønsker lurte lurer foreslo foreslår lovte lovet tenkte tenker tenkjer kjørte kjører flyttet
    flytta hørte hørtes glemte savner savnet smilte bestemte inviterte takket nikket
    """
)
ACTION = words(
    """
    kom kommer kjem gikk går gjekk gjeng tok tar tek hjalp hjelper hjelpte lager laget laga ledet leder
    leier driver dreiv drev holder holdt styrer styrte ordner ordnet ordna hentet henter passet passer
    bakte baker reparerer reparerte startet starta starter spilte spiller sitter satt sit sat stod sto
    står underviser underviste lærte lærer fant finner fann dro drar reiste reiser forsvant dukket stakk
    stikker sendte sender kjøpte kjøper trengte trenger byttet fylte fyller mistet mista fortsatte
    fortsetter stilte stiller vant fikset fikser syr sydde
    """
)
STATE = words(
    """
    er var har hadde skal kan kunne må måtte vil ville skulle fikk får fekk ble blir vart blei blei gjør
    gjorde gjer ga gir gav gjev så ser såg ligger lå bør burde pleier
    """
)
#: Behind a name and a comma they show that somebody is spoken to.
ADDRESSING = words(
    "kan vil har skal du dere hva ka kva hvordan korleis hvor kor hvem kven hvorfor husker tror vet synes takk kom hør"
)
HE_OR_SHE = words("han hun ho hu henne ham hann honom hans hennes hennar")
#: What belongs to somebody: behind a genitive.
BELONGING = words(
    """
    kone mann mor far sønn datter bror søster barn kontor jobb hus idé ide forslag gruppe venn venner
    kjæreste familie rolle innsats stemme historie bil leilighet foreldre mamma pappa bestemor bestefar
    tante onkel kollega sjef spørsmål
    """
)
#: Set phrases that begin with a word that is also a name.
PHRASES = frozenset(
    {
        ("per", "i"), ("per", "dags"), ("per", "nå"), ("per", "år"), ("per", "uke"), ("per", "måned"), ("per", "dag"),
        ("per", "person"), ("per", "hode"), ("per", "definisjon"), ("per", "time"), ("per", "mail"), ("per", "telefon"),
        ("dag", "ut"), ("dag", "for"), ("dag", "og"), ("dag", "etter"), ("dags", "dato"), ("liv", "og"), ("sol", "og"),
        ("stein", "på"), ("finn", "ut"), ("finn", "en"), ("finn", "et"), ("jo", "da"), ("jo", "mer"), ("jo", "flere"),
        ("stig", "på"), ("live", "på"), ("odd", "og"), ("jo", "det"), ("jo", "altså"), ("even", "om"),
    }
)  # fmt: skip
