"""Places: Norwegian towns, municipalities and parts of cities, countries, and towns abroad.

The Norwegian towns are those of GeoNames with over 500 inhabitants; towns abroad stand in `towns_abroad.txt`, from
there too (CC BY 4.0, see docs/names.md).
"""

from __future__ import annotations

import functools
from pathlib import Path

_NORWEGIAN = """
    Aas; Agdenes; Agder; Aker Brygge; Akershus; Aksdal; Alna; Alstahaug; Alta; Alvdal; Alver; Ammerud;
    Andebu; Andenes; Andselv; Aremark; Arendal; Arna; Ask; Asker; Askim; Askvoll; Askøy; Audnedal;
    Aukra; Auli; Aurdal; Aure; Aurland; Aurlandsvangen; Aurskog-Høland; Aursmoen; Aust-Agder; Austevoll;
    Austrheim; Averøy; Bagn; Bakklandet; Balestrand; Ballangen; Ballstad; Balsfjord; Bamble; Bangsund;
    Bardu; Barkåker; Batnfjordsøra; Beiarn; Beisfjord; Bekkefaret; Bekkestua; Berg; Bergen; Bergenhus;
    Berger; Bergset; Berkåk; Berlevåg; Billingstad; Bindal; Birkeland; Birkenes; Birketveit; Bislett;
    Bismo; Bismoen; Bjarkøy; Bjerke; Bjerkreim; Bjerkvik; Bjørkelangen; Bjørnafjorden; Bjørnevatn;
    Bjørvika; Blakstad; Bodø; Bogen; Bokn; Borgheim; Borkenes; Botngård; Bragernes; Brattvåg;
    Breivikbotn; Brekstad; Bremanger; Bruflat; Bruhagen; Brumunddal; Bryne; Brønnøysund; Brøstadbotn;
    Burfjord; Buskerud; Bydel øst; Bygland; Bykle; Byåsen; Båtsfjord; Bærum; Bærums Verk; Bø; Bøler;
    Bømlo; Børgen; Børsa; Charlottenlund; Dale; Dalen; Danmarksplass; Danvik; Dokka; Dombås; Dovre;
    Drammen; Drangedal; Drøbak; Dyrøy; Dønna; Egersund; Eide; Eidfjord; Eidskog; Eidsvoll; Eidsvåg;
    Eiganes; Eigersund; Eike; Eina; Eivindvik; Ekeberg; Ellingsrud; Elnesvågen; Elverum; Elvestad;
    Enebakk; Engerdal; Ensjø; Espeland; Etne; Etnedal; Evenes; Evenskjer; Evje; Evje og Hornnes; Evjen;
    Fagernes; Fagerstrand; Falkhytta; Fana; Fantoft; Farnes; Farsund; Fauske; Fedje; Fet; Fetsund;
    Fevik; Fillan; Finnmark; Finnmarksvidda; Finnsnes; Finnøy; Fiskå; Fitjar; Fjaler; Fjell; Fjellfoten;
    Fjellstrand; Fjerdingby; Fjord; Flatanger; Flateby; Flatåsen; Flekkefjord; Flekkerøy; Flesberg;
    Flisa; Flora; Florø; Flå; Folldal; Follebu; Follo; Fornebu; Forsand; Forset; Fosen; Fosnavåg;
    Fossbergom; Fossby; Fosser; Fredrikstad; Frekhaug; Frogn; Frogner; Froland; Frosta; Frydenberg;
    Frøya; Furuset; Fyllingsdalen; Fyresdal; Færder; Førde; Gamle Oslo; Gamvik; Gaular; Gaupne; Gausdal;
    Geilo; Gildeskål; Ginnasluokta; Giske; Giskemo; Gjemnes; Gjerdrum; Gjerstad; Gjesdal; Gjøvik;
    Gladstad; Glomfjord; Gloppen; Gol; Gran; Grane; Granvin; Gratangen; Gravdal; Greverud; Grim;
    Grimstad; Grong; Grorud; Groruddalen; Grua; Grue; Grøa; Grønland; Grünerløkka; Gudbrandsdalen;
    Gulen; Gullhaug; Gulskogen; Gvarv; Hadeland; Hadsel; Haga; Hagavik; Halden; Hallingby; Hallingdal;
    Halsa; Hamar; Hamarøy; Hammerfest; Hamnvik; Hansnes; Haram; Hardanger; Hardangervidda; Hardbakke;
    Hareid; Harstad; Hasvik; Hatteng; Hattfjelldal; Haugalandet; Hauge i Dalane; Haugenstua; Haugerud;
    Haugesund; Hauknes; Hedmark; Heggenes; Hegra; Heim; Heimdal; Heiås; Helgeland; Hellemyr; Hellvik;
    Helsfyr; Hemnes; Hemnesberget; Hemsedal; Hermansverk; Herøy; Hillevåg; Hinna; Hitra; Hjartdal;
    Hjelmeland; Hjelmelandsvågen; Hjelset; Hof; Hokksund; Hol; Hole; Holme; Holmenkollen; Holmestrand;
    Holmlia; Holtålen; Hommelvik; Hommersåk; Honningsvåg; Hopen; Hordaland; Hornindal; Horten; Hov;
    Hovden; Hovin; Hundorp; Hundvåg; Hurdal; Hurum; Hustadvika; Husøya; Hvaler; Hvittingfoss; Hylkje;
    Hyllestad; Hå; Hægebostad; Hønefoss; Høyanger; Høylandet; Ibestad; Ikornnes; Ila; Ilseng; Inderøy;
    Indre Arna; Indre Fosen; Indre Laksevåg; Indre Ålvik; Indre Østfold; Innbygda; Inndyr; Innlandet;
    Isdalstø; Iveland; Ivgobahta; Jaren; Jessheim; Jevnaker; Jondal; Jordtveit; Judaberg; Justvik;
    Jæren; Jølster; Jørpeland; Kabelvåg; Kampen; Karasjok; Karlshus; Karlsøy; Karmøy; Kattem; Kaupanger;
    Kautokeino; Kil; Kinn; Kinsarvik; Kirkebygda; Kirkenes; Kirkenær; Kjelsås; Kjenn; Kjøllefjord;
    Kjøpsvik; Klepp; Kleppe; Kleppestø; Klokkarvik; Klæbu; Kløfta; Knappskog; Knappstad; Knarvik;
    Kolbotn; Kolbu; Kolstad; Kolvereid; Kongsberg; Kongsvinger; Konnerud; Kopervik; Koppang; Korgen;
    Kragerø; Kristiansand; Kristiansund; Kroken; Krokstadøra; Kronstad; Krødsherad; Kvadraturen;
    Kvaløya; Kvam; Kvelde; Kvernevik; Kvinesdal; Kvinnherad; Kviteseid; Kvitsøy; Kvæfjord; Kvænangen;
    Kyrkjebygda; Kyrksæterøra; Kárášjohka; Kåfjord; Lade; Lademoen; Lakselv; Laksevåg; Lambertseter;
    Lampeland; Landås; Langangen; Langesund; Langevåg; Larkollen; Larsnes; Larvik; Lauvsnes; Lavangen;
    Lebesby; Leikanger; Leinesfjorden; Leira; Leirfjord; Leirsund; Leirvik; Leka; Leknes; Leksvik;
    Leland; Lena; Lenvik; Lerkendal; Lervik; Lesja; Levanger; Lier; Lierbyen; Lierne; Liknes;
    Lillehammer; Lillesand; Lillestrøm; Lindeberg; Linderud; Lindesnes; Lindås; Loddefjord; Lofoten;
    Lofthus; Lom; Lonevåg; Longyearbyen; Loppa; Lund; Lundamo; Lunde; Lunner; Lurøy; Luster; Lyefjell;
    Lyngdal; Lyngen; Lyngseidet; Lysaker; Lysefjorden; Lærdal; Lærdalsøyri; Løding; Lødingen; Løken;
    Løkken Verk; Løpsmarka; Løren; Lørenfallet; Lørenskog; Løten; Løvstakksiden; Madla; Magnor;
    Majorstua; Majorstuen; Malm; Malvik; Mandal; Manger; Manglerud; Maridalen; Mariero; Marker;
    Marnardal; Masfjorden; Maura; Mebonden; Mehamn; Meieribyen; Melbu; Melhus; Melsomvik; Meløy;
    Meråker; Midsund; Midt-Norge; Midt-Telemark; Midtbyen; Midtre Gauldal; Minde; Mjøndalen; Mjøsa; Mo;
    Mo i Rana; Modalen; Modum; Moelv; Moen; Moholt; Moi; Molde; Moldjord; Mortensrud; Mosjøen; Moskenes;
    Moss; Mosterhamn; Myra; Myre; Mysen; Målselv; Måløy; Måsøy; Møhlenpris; Møllenberg; Møre og Romsdal;
    Namsos; Namsskogan; Nannestad; Nardo; Narvik; Naustdal; Nedre Eiker; Nes; Nesbyen; Neskollen; Nesna;
    Nesodden; Nesoddtangen; Nesseby; Nesttun; Nissedal; Nittedal; Nodeland; Nome; Nord-Aurdal;
    Nord-Fron; Nord-Norge; Nord-Odal; Nord-Trøndelag; Nordbyen; Nordfjord; Nordfjordeid; Nordhordland;
    Nordkapp; Nordkisa; Nordland; Nordmøre; Nordnes; Nordre Aker; Nordre Follo; Nordre Land; Nordreisa;
    Nordstrand; Nordstranda; Nore og Uvdal; Noresund; Norheimsund; Notodden; Nydalen; Nygårdshøyden;
    Nykirke; Nærbø; Nærøysund; Nøtterøy; Odda; Oddernes; Olderdalen; Olsvik; Oltedal; Oppdal; Oppegård;
    Oppeid; Oppland; Oppsal; Orkanger; Orkland; Orstad; Os; Osen; Oslo; Oslofjorden; Osterøy; Osøyro;
    Otta; Overhalla; Paradis; Porsanger; Porsgrunn; Prestestranda; Prestfoss; Rakkestad; Ramberg; Rana;
    Randaberg; Randesund; Ranemsletta; Ranheim; Raudeberg; Raufoss; Rauma; Re; Reine; Reinsvoll; Rena;
    Rendalen; Rennebu; Rennesøy; Rensvik; Revetal; Rindal; Ringebu; Ringerike; Ringsaker; Rissa; Risør;
    Rjukan; Roa; Roald; Roan; Rogaland; Rognan; Rollag; Romerike; Romsdal; Romsås; Rosenborg; Rosendal;
    Rotnes; Roverud; Rubbestadneset; Ryfylke; Rygge; Ryggebyen; Rykene; Rykkinn; Rypefjord; Råde;
    Råholt; Rælingen; Røa; Rødberg; Rødøy; Rømskog; Røros; Rørvik; Røst; Røyken; Røyrvik; Sagene;
    Sagvåg; Salangen; Saltdal; Salten; Samnanger; Sand; Sandane; Sande; Sandefjord; Sandeid; Sandnes;
    Sandnessjøen; Sandsli; Sandvika; Sandviken; Sandøy; Sankthanshaugen; Sarpsborg; Sauda; Sauherad;
    Sauland; Saupstad; Segalstad; Segalstad bru; Sel; Selbu; Selje; Seljord; Selvik; Sem; Senja;
    Sesvoll; Setermoen; Setesdal; Sigdal; Sigerfjord; Siljan; Silvalen; Sinsen; Sira; Sirdal; Sistranda;
    Sjøholt; Sjølyststranda; Sjøvegan; Skage; Skarnes; Skaun; Ski; Skien; Skiptvet; Skjeberg; Skjervøy;
    Skjold; Skjærhalden; Skjønhaug; Skodje; Skoger; Skogn; Skoppum; Skotterud; Skreia; Skudeneshavn;
    Skui; Skålevik; Skånevik; Skøyen; Slettebakken; Slettheia; Slevik; Slidre; Smestad; Smøla;
    Snillfjord; Snåase; Snåsa; Sogn; Sogn og Fjordane; Sogndal; Sogndalsfjøra; Sokna; Sokndal; Sola;
    Solfjellsjøen; Solheimsviken; Sollsvika; Solund; Songdalen; Sortland; Sotra; Spangereid; Sparbu;
    Spetalen; Spydeberg; St. Hanshaugen; Stabekk; Stad; Stamsund; Stange; Stanghelle; Stavanger;
    Stavern; Steigen; Steinkjer; Steinsdalen; Stjørdal; Stjørdalshalsen; Stokke; Stokmarknes;
    Stor-Elvdal; Stord; Stordal; Storebø; Storfjord; Storforshei; Storhaug; Storslett; Storsteinnes;
    Stovner; Strai; Strand; Stranda; Straume; Straumen; Strinda; Stryn; Strømmen; Strømsø; Støren; Sula;
    Suldal; Sundvollen; Sunndal; Sunndalsøra; Sunnfjord; Sunnhordland; Sunnmøre; Surnadal; Svalbard;
    Svarstad; Sveio; Svelgen; Svelvik; Svolvær; Svortland; Syfteland; Sykkylven; Sylling; Syvik;
    Sæbøvik; Sætre; Sæveland; Søgne; Søndre Land; Søndre Nordstrand; Sør-Aurdal; Sør-Fron; Sør-Norge;
    Sør-Odal; Sør-Trøndelag; Sør-Varanger; Sørenga; Sørfold; Sørland; Sørlandet; Sørreisa; Sørum;
    Sørumsand; Sørvestlandet; Søvik; Tana; Tana Bru; Tananger; Tanem; Tangvall; Tasta; Tau; Teigebyen;
    Telemark; Tennevoll; Terråk; Tiller; Time; Tingvatn; Tingvoll; Tinn; Tjeldsund; Tjensvoll; Tjøme;
    Tofte; Tokke; Tolga; Tomra; Tomter; Tomteråsen; Tonstad; Torshov; Toten; Tranby; Tranøy; Tretten;
    Treungen; Trofors; Troms; Troms og Finnmark; Tromsdalen; Tromsø; Tromsøya; Trondheim; Trosterud;
    Trysil; Træna; Trøim; Trøndelag; Tvedestrand; Tveit; Tveita; Tydal; Tynset; Tyristrand; Tysse;
    Tyssedal; Tysvær; Tønsberg; Tøyen; Uggdal; Ulefoss; Ullensaker; Ullensvang; Ullern; Ulsteinvik;
    Ulvik; Uskedalen; Utsira; Vadsø; Vaksdal; Valderøy; Valdres; Valle; Valvatna; Vang; Vanse; Vanylven;
    Vardø; Varhaug; Vatne; Vedavågen; Vefsn; Vega; Vegårshei; Veitvet; Vennesla; Verdal; Verran;
    Vest-Agder; Vestby; Vestbygd; Vesterålen; Vestfold; Vestfold og Telemark; Vestland; Vestlandet;
    Vestli; Vestnes; Vestre Aker; Vestre Slidre; Vestre Toten; Vestvågøy; Vevelstad; Vigeland;
    Vigrestad; Vik; Viken; Vikersund; Vikeså; Vikevåg; Vikøyri; Vindafjord; Vinderen; Vinje; Vinstra;
    Visnes; Voie; Volda; Vormedal; Voss; Vuonnabahta; Vågaholmen; Vågan; Våge; Vågsbygd; Vågsøy; Vågå;
    Vågåmo; Våland; Våler; Vålerenga; Værøy; Ydstebøhamn; Ytre Arna; Ytrebygda; Ávanuorri; Å i Åfjord;
    Ådalsbruk; Åfjord; Ågotnes; Åkrehamn; Ål; Ålen; Ålesund; Ålgård; Åmli; Åmot; Åndalsnes; Åneby;
    Årdal; Årdalstangen; Årnes; Åros; Årstad; Årås; Årøysund; Ås; Åsane; Åseral; Åsgårdstrand; Åssiden;
    Økern; Øksfjord; Ølen; Ørje; Ørland; Ørnes; Ørsta; Østbyen; Østensjø; Østerdalen; Østerås; Østfold;
    Østlandet; Østre Toten; Øvre Eiker; Øyer; Øygarden; Øystese; Øystre Slidre
"""
_ABROAD = """
    Accra; Addis Ababa; Addis Abeba; Afghanistan; Albania; Aleppo; Algerie; Amerika; Amman; Angola;
    Ankara; Argentina; Armenia; Aserbajdsjan; Asmara; Athen; Australia; Bagdad; Bangkok; Bangladesh;
    Banjul; Barcelona; Basra; Beijing; Beirut; Belgia; Beograd; Berlin; Bhutan; Bogota; Bolivia; Bosnia;
    Boston; Brasil; Budapest; Bulgaria; Burma; Burundi; Canada; Casablanca; Chicago; Chile; Colombia;
    Colombo; Cuba; Dakar; Damaskus; Danmark; Delhi; Djibouti; Ecuador; Egypt; Elfenbenskysten; England;
    Erbil; Eritrea; Estland; Etiopia; Filippinene; Finland; Frankrike; Færøyene; Gambia; Gaza; Gdansk;
    Gdańsk; Georgia; Ghana; Grønland; Guatemala; Göteborg; Hama; Hamburg; Hanoi; Hargeisa; Hellas;
    Helsingfors; Herat; Homs; Honduras; Hviterussland; Idlib; India; Indonesia; Irak; Iran; Irland;
    Islamabad; Island; Israel; Istanbul; Italia; Japan; Jemen; Jerusalem; Jordan; Kabul; Kairo;
    Kambodsja; Kamerun; Kampala; Kandahar; Karachi; Kasakhstan; Kaunas; Kenya; Keren; Kharkiv; Khartoum;
    Kiev; Kina; Kinshasa; Kirkuk; Kismayo; Kongo; Korea; Kosovo; Krakow; Kraków; Kroatia; Kurdistan;
    Kyiv; Kyjiv; Kypros; Köln; København; Lagos; Lahore; Laos; Latvia; Libanon; Liberia; Libya; Lima;
    Lisboa; Litauen; London; Luxembourg; Lviv; Madagaskar; Madrid; Makedonia; Malaysia; Mali; Malmö;
    Malta; Manila; Mariupol; Marokko; Mexico; Milano; Mogadishu; Moldova; Mongolia; Montenegro;
    Mosambik; Moskva; Mosul; Mumbai; Myanmar; München; Nairobi; Napoli; Nederland; Nepal; New York; New
    Zealand; Nigeria; Nord-Irland; Nord-Korea; Nord-Makedonia; Odesa; Pakistan; Palestina; Paris; Peru;
    Peshawar; Polen; Portugal; Poznań; Praha; Pristina; Raqqa; Reykjavik; Riga; Roma; Romania; Russland;
    Rwanda; Saigon; Santiago; Sarajevo; Saudi-Arabia; Senegal; Seoul; Serbia; Shanghai; Skopje;
    Skottland; Slovakia; Slovenia; Somalia; Somaliland; Spania; Sri Lanka; Stockholm; Storbritannia;
    Sudan; Sveits; Sverige; Syria; Szczecin; Sør-Afrika; Sør-Korea; Sør-Sudan; Tallinn; Tanzania;
    Teheran; Thailand; Tibet; Tirana; Tokyo; Tripoli; Tsjekkia; Tsjetsjenia; Tunis; Tunisia; Tyrkia;
    Tyskland; USA; Uganda; Ukraina; Ungarn; Uruguay; Usbekistan; Venezia; Venezuela; Vestbredden;
    Vietnam; Vilnius; Wales; Warszawa; Washington; Wien; Wrocław; Zagreb; Zambia; Zimbabwe; Åbo; Åland;
    Århus; Østerrike; Łódź
"""


def _split(text: str) -> frozenset[str]:
    return frozenset(" ".join(name.split()).casefold() for name in text.split(";"))


NORWEGIAN: frozenset[str] = _split(_NORWEGIAN)
_COUNTRIES_AND_CITIES: frozenset[str] = _split(_ABROAD)


@functools.cache
def places() -> frozenset[str]:
    """All places, casefolded: Norwegian ones, countries, Nordic towns over 15,000 people and cities over 200,000."""
    lines = Path(__file__).with_name("towns_abroad.txt").read_text(encoding="utf-8").split("\n")
    towns = {line.casefold() for line in lines if line and not line.startswith("#")}
    return NORWEGIAN | _COUNTRIES_AND_CITIES | towns


@functools.cache
def longer_places() -> frozenset[tuple[str, ...]]:
    """The places of several words, as tuples of their words."""
    return frozenset(
        tuple(name.replace("-", " ").replace(".", "").split())
        for name in places()
        if " " in name or "-" in name
    )
