"""Cities whose zone does not bear their name, and which places are the likeliest: a table of our own.

One line a zone, likeliest first; among zones with the same clock that means the most people first. Then the names by
which it is looked for besides its own, in the languages that people write here. Names that are also everyday words
(Nice, Reading) are left out.
"""

TABLE = """
Europe/Berlin: Munich, München, Hamburg, Köln, Cologne, Frankfurt, Frankfurt am Main, Stuttgart, Düsseldorf, \
Dortmund, Essen, Leipzig, Dresden, Hannover, Hanover, Nürnberg, Nuremberg, Bremen, Bonn, Karlsruhe, Mannheim, \
Freiburg, Münster, Heidelberg, Aachen, Kiel, Mainz, Augsburg, Wiesbaden, Berlin, Берлин, Мюнхен, Гамбург, \
Deutschland, Германия, CET, MEZ, MESZ, CEST, 柏林
Europe/London: Birmingham, Manchester, Liverpool, Leeds, Glasgow, Edinburgh, Bristol, Sheffield, Cardiff, \
Newcastle, Nottingham, Oxford, Cambridge, Belfast, Southampton, Brighton, York, Londres, Лондон, UK, England, \
Scotland, Wales, Great Britain, BST, 伦敦
Europe/Moscow: Moskau, Москва, Moskva, Saint Petersburg, St Petersburg, St. Petersburg, Санкт-Петербург, Питер, \
Petersburg, Nizhny Novgorod, Нижний Новгород, Kazan, Казань, Rostov, Rostov-on-Don, Ростов-на-Дону, Krasnodar, \
Краснодар, Voronezh, Воронеж, Sochi, Сочи, Россия, MSK, МСК, 莫斯科
America/New_York: New York City, NYC, Nueva York, Boston, Philadelphia, Washington, Washington DC, Miami, \
Atlanta, Charlotte, Baltimore, Pittsburgh, Orlando, Tampa, Jacksonville, Cleveland, Columbus, Cincinnati, \
Buffalo, Newark, Brooklyn, Manhattan, Raleigh, Cambridge, Нью-Йорк, USA, US, America, EST, EDT, Eastern, \
Eastern Time, 纽约, Portland
Asia/Kolkata: Calcutta, Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Hyderabad, Chennai, Madras, \
Ahmedabad, Pune, Surat, Jaipur, Lucknow, Kanpur, Nagpur, Indore, Bhopal, Patna, Kochi, Goa, Chandigarh, IST, \
दिल्ली, मुंबई, कोलकाता, Дели, Мумбаи
Asia/Shanghai: Beijing, Peking, Pekin, Guangzhou, Canton, Shenzhen, Chengdu, Chongqing, Tianjin, Wuhan, \
Hangzhou, Nanjing, Xi'an, Xian, Suzhou, Qingdao, Dalian, Xiamen, Harbin, Shenyang, \
Kunming, 北京, 上海, 广州, 深圳, 成都, \
重庆, 中国, Пекин, Шанхай
America/Sao_Paulo: Rio de Janeiro, Rio, Brasilia, Belo Horizonte, Curitiba, Porto Alegre, Campinas, \
Florianopolis, Goiania, Brasil
America/Los_Angeles: LA, San Francisco, San Diego, San Jose, Seattle, Portland, Sacramento, Las Vegas, Oakland, \
Long Beach, Fresno, Palo Alto, Berkeley, Лос-Анджелес, Сан-Франциско, USA, US, America, California, PST, PDT, \
Pacific Time
America/Chicago: Houston, Dallas, Austin, San Antonio, Fort Worth, Minneapolis, New Orleans, Nashville, \
Memphis, Milwaukee, St Louis, Saint Louis, St. Louis, Kansas City, Oklahoma City, Omaha, Birmingham, Чикаго, \
USA, US, America, Texas, CST, CDT, Central Time
Africa/Lagos: Abuja, Kano, Ibadan, Port Harcourt, Benin City, WAT, Лагос
Europe/Kyiv: Kiev, Kiew, Київ, Киев, Kharkiv, Kharkov, Харків, Харьков, Odesa, Odessa, Одеса, Одесса, Dnipro, \
Дніпро, Lviv, Lemberg, Львів, Львов, Zaporizhzhia, Україна, Украина, EET, EEST
Europe/Istanbul: Ankara, Izmir, İstanbul, Bursa, Antalya, Adana, Konya, Constantinople, Türkiye, Turkey, \
Türkei, Стамбул
Africa/Cairo: Alexandria, Giza, Kairo, Le Caire, القاهرة, Каир
Asia/Jakarta: Surabaya, Bandung, Medan, Semarang, Palembang, Yogyakarta, Джакарта
Asia/Dubai: Abu Dhabi, Sharjah, Al Ain, UAE, Emirates, دبي, Дубай
Asia/Karachi: Lahore, Islamabad, Faisalabad, Rawalpindi, Peshawar, Multan, کراچی
Asia/Tokyo: Tokio, Osaka, Yokohama, Kyoto, Nagoya, Sapporo, Fukuoka, Kobe, Hiroshima, 東京, 大阪, 京都, 日本, JST, Токио
Europe/Paris: Marseille, Marseilles, Lyon, Toulouse, Bordeaux, Lille, Nantes, Strasbourg, Strassburg, \
Montpellier, Grenoble, Rennes, Париж, 巴黎
Europe/Madrid: Barcelona, Valencia, Sevilla, Seville, Zaragoza, Malaga, Bilbao, España, Мадрид, Барселона, \
Cordoba
Europe/Rome: Roma, Rom, Milan, Milano, Mailand, Naples, Napoli, Turin, Torino, Palermo, Genoa, Genova, Bologna, \
Florence, Firenze, Venice, Venezia, Venedig, Italia, Рим, Милан
Europe/Warsaw: Warszawa, Warschau, Krakow, Kraków, Cracow, Krakau, Lodz, Łódź, Wroclaw, Breslau, Poznan, \
Gdansk, Danzig, Katowice, Lublin, Polska, Варшава
Africa/Kinshasa:
Africa/Casablanca: Rabat, Marrakech, Marrakesh, Fes, Tangier, Agadir
Africa/Algiers: Alger, Oran, Algier
Africa/Johannesburg: Cape Town, Kapstadt, Durban, Pretoria, Soweto, Bloemfontein, Joburg, SAST
Africa/Nairobi: Mombasa, Kisumu
Europe/Athens: Athen, Athina, Αθήνα, Thessaloniki, Θεσσαλονίκη, Saloniki, Patras, Афины
Europe/Bucharest: Bukarest, București, Cluj, Cluj-Napoca, Timisoara, Iasi, Constanta, Бухарест
Europe/Helsinki: Helsingfors, Espoo, Tampere, Turku, Oulu, Suomi, Хельсинки
Asia/Jerusalem: Tel Aviv, Haifa, Beersheba, ירושלים, תל אביב, Тель-Авив, Иерусалим
Asia/Beirut: Beyrouth, بيروت
Europe/Amsterdam: Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven, Groningen, Holland, Амстердам
Europe/Brussels: Bruxelles, Brussel, Brüssel, Antwerp, Antwerpen, Ghent, Gent, Liege, Bruges, Brugge, Leuven
Europe/Vienna: Wien, Graz, Linz, Salzburg, Innsbruck, Österreich, Вена
Europe/Zurich: Zürich, Geneva, Genève, Genf, Basel, Bern, Berne, Lausanne, Luzern, Lucerne, Winterthur, Lugano, \
Schweiz, Suisse, Svizzera
Europe/Prague: Praha, Prag, Brno, Brünn, Ostrava, Plzen, Pilsen, Czechia, Прага
Europe/Stockholm: Göteborg, Gothenburg, Malmö, Uppsala, Sverige, Стокгольм
Europe/Budapest: Debrecen, Szeged, Pécs, Magyarország, Будапешт
Europe/Copenhagen: København, Kopenhagen, Aarhus, Odense, Danmark
Europe/Oslo: Bergen, Trondheim, Stavanger, Norge
Europe/Belgrade: Beograd, Belgrad, Београд, Novi Sad, Белград, Srbija
Europe/Lisbon: Lisboa, Lissabon, Porto, Oporto, Braga, Coimbra, Лиссабон
Europe/Dublin: Cork, Galway, Limerick, Éire
Africa/Accra: Kumasi
Africa/Abidjan: Yamoussoukro, Ivory Coast
Europe/Minsk: Мінск, Минск, Gomel, Grodno, Brest, Беларусь
Europe/Sofia: Sofija, София, Plovdiv, Пловдив, Varna, Варна
Asia/Riyadh: Jeddah, Mecca, Makkah, Medina, Dammam, الرياض
Asia/Baghdad: Basra, Mosul, Erbil, بغداد
Africa/Addis_Ababa: Addis Abeba
Asia/Tehran: Teheran, Mashhad, Isfahan, Esfahan, Shiraz, Tabriz, تهران
Asia/Dhaka: Dacca, Chittagong, Chattogram, Khulna, ঢাকা
Asia/Tashkent: Toshkent, Ташкент
Asia/Almaty: Alma-Ata, Алматы, Astana, Астана, Nur-Sultan, Shymkent, Karaganda
Asia/Yekaterinburg: Ekaterinburg, Екатеринбург, Chelyabinsk, Челябинск, Perm, Пермь, Ufa, Уфа, Tyumen, Тюмень, \
Россия
Europe/Samara: Самара, Togliatti, Tolyatti, Izhevsk
Asia/Tbilisi: Tiflis, თბილისი, Batumi, Тбилиси
Asia/Yerevan: Erevan, Երևան, Ереван
Asia/Baku: Bakı, Баку
Asia/Colombo: Kandy
Asia/Kathmandu: Katmandu, Pokhara, काठमाडौं
Asia/Yangon: Rangoon, Mandalay
Asia/Kabul: Herat, Kandahar
Asia/Ho_Chi_Minh: Saigon, Hanoi, Ha Noi, Hà Nội, Da Nang, Hai Phong, Thành phố Hồ Chí Minh, HCMC
Asia/Bangkok: Chiang Mai, Phuket, Pattaya, กรุงเทพ, Бангкок
Asia/Novosibirsk: Новосибирск, Россия
Asia/Omsk: Омск
Asia/Krasnoyarsk: Красноярск
Asia/Vladivostok: Владивосток, Khabarovsk, Хабаровск, Россия
Asia/Manila: Quezon City, Davao, Cebu, Cebu City
Asia/Singapore: Singapur, 新加坡, Сингапур
Asia/Kuala_Lumpur: KL, Johor Bahru, Penang, George Town
Asia/Hong_Kong: Hongkong, Kowloon, 香港, Гонконг
Asia/Taipei: Taipeh, Kaohsiung, Taichung, 台北, 臺北
Asia/Irkutsk: Иркутск
Asia/Makassar: Bali, Denpasar
Asia/Seoul: Busan, Pusan, Incheon, Daegu, Daejeon, 서울, Сеул, Korea
Asia/Ulaanbaatar: Ulan Bator, Ulan Baatar
Australia/Sydney: Canberra, Wollongong, Сидней
Australia/Melbourne: Geelong, Мельбурн
Australia/Brisbane: Gold Coast, Cairns, Townsville
Australia/Perth: Fremantle
Australia/Adelaide:
Australia/Darwin: Alice Springs
Australia/Hobart: Tasmania, Launceston
Pacific/Auckland: Wellington, Christchurch, Hamilton, Dunedin, Queenstown
America/Denver: Salt Lake City, Albuquerque, Colorado Springs, Boulder, El Paso, USA, US, America, MST, MDT, \
Mountain Time
America/Phoenix: Tucson, Mesa, Scottsdale, Arizona
America/Toronto: Ottawa, Montreal, Montréal, Quebec, Québec, Hamilton, London Ontario, Mississauga, Торонто
America/Vancouver: Victoria, Surrey, Ванкувер
America/Edmonton: Calgary
America/Winnipeg:
America/Halifax: Dartmouth
America/St_Johns: Saint John's
America/Mexico_City: Mexico, México, CDMX, Ciudad de Mexico, Guadalajara, Puebla, Leon, Queretaro, Мехико
America/Monterrey:
America/Bogota: Medellin, Cali, Barranquilla, Cartagena
America/Lima: Arequipa, Trujillo, Cusco
America/Argentina/Buenos_Aires: Rosario, La Plata, Mar del Plata, Буэнос-Айрес
America/Argentina/Cordoba:
America/Santiago: Valparaiso, Concepcion, Viña del Mar
America/Caracas: Maracaibo, Valencia
America/Guayaquil: Quito
America/La_Paz: Santa Cruz, Cochabamba
America/Bahia: Salvador
America/Puerto_Rico: San Juan
America/Costa_Rica: San Jose
America/Tegucigalpa: San Pedro Sula
America/Anchorage: Alaska, Fairbanks
Pacific/Honolulu: Hawaii
Atlantic/Reykjavik: Reykjavík
Atlantic/Canary: Las Palmas, Tenerife
"""


def named_places() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Zones with the names people have for them, likeliest first."""
    lines = (line.partition(":") for line in TABLE.strip().splitlines())
    return tuple((zone_name, tuple(filter(None, map(str.strip, names.split(","))))) for zone_name, _, names in lines)
