"""Given names and family names that are common in Norway, in small letters.

A name that is missing is only found less surely.
"""

from __future__ import annotations

import re

from coding.language.wording import words

GIVEN: frozenset[str] = words(
    """
    aagot aaron aase abdi abdul abdullah abdullahi abeba ada adam adele adrian agnes agnete agnieszka
    ahmad ahmed aida aina aisha aksel alan albert alexander alexandra alf alfhild alfred ali alice alise
    alma alva alvilde amal amalie ameli amina amira amna amund amy anastasia anders andrea andreas
    andrew andrij andrine andrzej andré ane anette angela angelica anita anja ann-kristin anna
    anna-karin annbjørg anne anne-berit anne-grete anne-kari anne-karin anne-lise anne-mari anne-marie
    anne-mette annelise annette annika ansgar anthony anton antonio arash are ariana arild arne arnfinn
    arnhild arnold arnstein arnt arthur arve arvid asbjørn ashley ask aslak aslaug asle asma asta astrid
    atle aud audhild audun august aurora axel ayan aylin ayse ayub bahar barbara bartosz bashir beate
    ben bendik benedicte benjamin benny bente berge bergljot berit bernt bertha bilal binta birger
    birgit birgitte birk birte bjarne bjørg bjørge bjørn bjørn-erik bjørnar bodil bohdan borgar borghild
    brian brit britt brynjar bård børge camilla carina carl carl-erik carlos carol caroline carsten
    casper cathrine cato cecilia cecilie celine charles charlotta charlotte chris christer christian
    christina christine christoffer claire clara claus conny cristina dag dagfinn dagmar dagny dagrun
    damian daniel daniela danuta david deborah deeqa desiree diana diego dina dmytro donald doris dorota
    dorothy dorte ebba edvard edward egil eilif einar einride eirik eirin eivind eldbjørg elena eli
    elias elida elijah elin eline elisabeth elise elizabeth ella ellen elling elna elsa else elvira
    embla emil emilie emily emine emma emre endre enok eric erik erika erle erlend erling ernest ernst
    esben espen ester eva eve even evy eyvind farah fardowsa farhia farid fartun fatima fatma fatou
    felix ferdinand fernando filip filippa finn fiona francesco frank fredrik frid frida fridtjof fritz
    frode frøya frøydis geir georg george gerd gina gisle gitte giulia gjermund gjertrud glenn grace
    greta grete gro gry grzegorz gudbrand gudrun gudveig gulbrand gunhild gunleif gunn gunnar gunnlaug
    gunvor guri gustav guttorm gyda haakon haile halima halina halldis hallgeir hallvard halvard halvor
    hamid hamza hanna hannah hanne hanne-marie hans harald harry hassan hauk hawa hedda hedvig hege
    heidi heine helen helene helga helge helle hennie henning henny henriette henrik herbjørn herborg
    hermann hermine hermod hild hilde hildegunn hilmar hjalmar hjørdis hodan hugo hussein håkon håvard
    ian ibrahim ida idil ifrah ildrid ilse imran inga inge ingebjørg ingeborg inger inger-lise
    inger-marie ingrid ingunn ingvar ingvild ingvill irene irina iryna isabel isabella isak iselin
    ismail ivan ivar iver iwona jacek jack jacob jakob jamal james jan jan-erik jan-ole jan-petter jane
    janicke janina jann janne jannicke jarl jarle jasmin jason jawad jean jelena jennifer jenny jens
    jerod jerry jesper jessica jim jo joakim joan joanna joar joe jofrid johan johann johanna johannes
    john johnny jon jonas jonny jorge jorun jorunn jose josef josefin josefine joseph joshua juan julia
    julian juliane julie julius jørgen jørgine jørn jørund kai kaia kaisa kaja kamil kamila kamilla
    karen kari karianne karim karin karina karl karoline karstein karsten kasper katarina kate katherine
    kathrine katrine kelly kenneth kent ketil kevin khadija khadra kim kine kirsten kirsti kjartan kjell
    kjellaug kjersti kjetil klara klaus knut konrad krister kristi kristian kristin kristina kristine
    kristoffer krzysztof kåre kåre-jan laila lajla lara lars lars-erik lasse laura layla lea
    leander leidulf leif leila leiv lemet lena lene leo leon levi leyla lill lilli lillian lilly lily
    linda line linn linnea linus lisa lisbet lisbeth lise liss liv livar live lone lotte louis louise
    lovise lucas lucy ludvig luis lukas lukasz luke luwam lydia mads magda magne magnhild magnus mailinn
    maja malene malgorzata malin malvin marcin marco marcus marek maren margaret margareth margit margot
    margrete margunn mari maria mariam mariann marianne marie marit marius marja mark markus marlene
    marta marte martha marthe martin martine mary mary-ann maryam maryan mateusz mathias mathilde
    matilde mats matthew maud maurits may may-britt maya maylinn małgorzata mehari mehmet mel melissa
    merete merethe mette mia michael michal miguel mikael mikal mike mikkel milla mille milo mimmi mina
    miriam mirjam modesta mohamed mohammad mohammed mohamud mona monica monika morten mostafa muhammad
    muna mustafa nadeem nadia nadine najma nancy naomi nasir nasra nasrin natalia natalie natalija
    natasha nathalie nathan nelly ngozi nicholas nick nicola nicolai nicolas nicole nikolai nikolas
    nikoline nils nina njål noah noor nora norunn nour oda odd oddbjørg oddbjørn oddgeir oddleif oddmund
    oddrun oddvar oddvin odin oksana ola olaf olaug olav ole ole-martin olea oleksandr olena olga oline
    oliver olivia omar omer oscar oskar osman osvald othilie ottar otto ove paal pablo parisa patricia
    patrick patrik paul paulina paweł peder pedro per per-erik per-olav pernille petter phillip pia pål
    pål-erik rachel rafael ragna ragnar ragnfrid ragnhild randi rannveig rasmus raymond rebecca reidar
    reidun renate reza ricki rikke rita roald roar robert robin roger rolf rolf-arne roman ronny rosa
    rosemarie roy runa runar rune runhild rut ruth ryan rønnaug saba sadia safia sagal sahra saima
    salma salman sam samantha sami samir samira samson samuel sander sandra sara sarah scott sean
    sebastian selam selma selmer semhar sergej sergio serhij severin sharif sharon shazia shirin shukri
    sigbjørn sigfred sigfrid sigmund signe sigrid sigrun sigurd siham silje simen simon simone sindre
    siren siri sissel siv sivert skjalg snefrid snorre sofia sofie sol solbjørg solfrid solrun solveig
    sondre sonja sophia stefan steffen stein steinar steinulf stella stephanie stephen steven stian stig
    stine storm sturla sturle sue sunniva susan susanne sussi svanhild svein sveinung sven svend sverre
    sverre-jan synne synnøve syver sølvi søren tage tahir tallak tanja tariq tarjei tatiana teresa
    terese terje tesfay tetiana thanh thea thea-marie theo theodor therese thomas thor thora thorbjørn
    thorleif thorstein thorvald tilde tim timothy tina tine tiril tobias toini tom tom-erik tomas tomasz
    tommy tone tony tor tor-arne tor-erik tora toralf toralv torbjørg torbjørn tord tore torfinn torgeir
    torhild torill torkel torkil torkild torkjell torleif tormod tormund torstein torunn torvald tove
    tove-lise trine trond trude truls trygve turid tuva tyra ulf ulla ulla-britt ulrik ulrikke unn unni
    usman valentina vanessa vanja vegar vegard vemund vera vetle vibeke victor victoria vidar vidkunn
    vigdis viggo vilde vilja viljar vilma vivian volodymyr walter warsan wei wenche wiktor wilhelm
    william willy yahya yasin yasmin ylva yngve yngvild yonas ysra yulia yusra yusuf yvonne zahid zahra
    zainab zofia zuzanna ådne åge ågot åse åshild åslaug åsmund åsne åste øistein øivind ørjan østein
    øystein øyvind øyvor
    """
)

#: Families whose names are also words, or that no ending gives away.
FAMILY: frozenset[str] = words(
    """
    aas aase aasen aasgaard abrahamsen ahmed ali amundsen andersen andreassen andresen antonsen arnesen
    aune bakke bakken berg berge berntsen berntzen birkeland bjerke bjørnstad borge brekke bruun bryn
    bråten bøe christensen christiansen dahl dahle dalen danielsen edvardsen egeland eide eliassen
    ellingsen elvestad engebretsen engen eriksen evensen falch fjelde fjeldstad fjell foss fossum
    fredriksen gjerde granli grønli gulbrandsen gundersen hagen halvorsen hammer hansen hanssen hassan
    haug hauge haugen haugland haukeland heggelund helland helle henriksen heyerdahl hjelle hjort hjorth
    holm holmen hovland hussain huynh ibrahim isaksen iversen jacobsen jakobsen jama jensen jenssen
    johannessen johansen johnsen jørgensen karlsen kaur khan kleven knoph knudsen knutsen kowalczyk
    kowalski kristensen kristiansen kristoffersen krogh kvam kvamme larsen lie lien lode lothe lund
    lunde lyng lyngstad madsen martinsen mathisen meyer midtbø mikkelsen moe moen mohamed monsen myhre
    myklebust myrvold mæland müller ness nguyen nielsen nilsen nordby nordbø nordli nowak nygaard nygård
    næss olsen opsahl paulsen pedersen pettersen pham prytz rasmussen rustad ruud rygg rød rønning saga
    sagen sande sandvik schjølberg schmidt simonsen singh sivertsen skaar skog skogen skoglund sletten
    solberg solheim solli stensrud strand strøm sunde svendsen sæther sørensen tangen thomassen thorsen
    thrane tran tveit tønnessen ulriksen vestby vik vold vågen wang warsame wiik wold wójcik ødegaard
    ødegård øien østby østlie øye
    """
)

#: Given names that say, standing alone, a thing without number: such a word may begin a sentence bare ("Sol er godt").
MASS: frozenset[str] = words("ask august hans hilde liv live mark mel rosa sol stein sten storm tone")

_PATRONYM = re.compile(r"[^\W\d_]{3,}(?:sen|sson|datter|dottir)")
_FARM = re.compile(
    r"[^\W\d_]{2,}(?:stad|rud|vik|land|nes|ness|dal|dahl|berg|haug|haugen|bø|set|seth|moen|bakken|lien|lund|gård|gaard|"
    r"tveit|voll|heim|eide|ås|aas|sæter|sæther|strand|holm|myhr|nyhus|mark|skog)"
)
_NOT_FAMILY = words("essen absen pausen prosessen interessen konferansen kompetansen kurssen")


def is_patronym(folded: str) -> bool:
    """Does it end as names of sons and daughters do ("hansen", "jonsdottir"), and is no common word?"""
    return bool(_PATRONYM.fullmatch(folded)) and folded not in _NOT_FAMILY


def may_be_family(folded: str) -> bool:
    """Is it a common family name, or built like one? Many such are words too: ask the lexicon."""
    return folded in FAMILY or is_patronym(folded) or bool(_FARM.fullmatch(folded))
