"""What the Spanish sample talks about: words and patterns, by category and shared; all of it is invented.

The syntax is that of ``sample_words.py``. Noun phrases bring their article, so that gender and number agree;
``{hace_n}`` is the plural of ``{hace}``.
"""

from data.sample_words import Lists, lists

SHARED: Lists = lists("""
ciudad: Valderrubia, Montelunar, Peñasola, Torrebermeja, Fuentelarga, Riberasanta, Puertoalto, Villanorte, Almenorca
ciudad_more: Cerroblanco, Castroluz, Navaquieta, Olivareda, Santorcaz del Mar, Pradoviejo, Lagunilla del Río
ciudad_more: Encinarejo
pila_ella: Lucía, Inés, Carmen, Noa, Alba, Marta, Rocío, Vera, Leire, Nuria
pila_el: Mateo, Hugo, Bruno, Iker, Rubén, Gael, Tomás, Joaquín, Adrián, Martín
apellido: Montearce, Valdespín, Ribarroca, Salcedal, Olmerino, Castrillán, Peralvar, Quiñorena, Zubilaga, Arandilla
apellido_more: Belmontino, Carrascosa, Duralde, Escalante, Figuerola, Guzmendi
nombre: {ella}|{el}
ella: {pila_ella} {apellido}
el: {pila_el} {apellido}
pocos: dos, tres, cuatro, cinco, seis
numero: dos, tres, cuatro, cinco, seis, ocho, diez, 12, 15, 18, 20, 24, 30, 45, 60, 90
mucho: 100, 250, 400, 1.200, 3.000, 7.500, 20.000
mes: enero, febrero, abril, mayo, junio, septiembre, octubre, noviembre
dia: lunes, martes, miércoles, jueves, viernes, sábado, domingo
cuando: esta semana|tras el verano|por primera vez|desde {mes}|a partir del {dia}|antes de {mes}
cuando_more: después de {numero} años
cuando_more: a última hora|una vez más|sin previo aviso
quienes_todos: los vecinos, los jóvenes, las familias, los mayores, los lectores, los voluntarios, los estudiantes
ni_fu: La noticia se conoció el {dia}|Nadie lo esperaba en {ciudad}|Habrá más detalles en {mes}
ni_fu_more: Es la segunda vez este año
ni_fu_more: {quienes_todos} de {ciudad} esperan una respuesta|Todavía quedan preguntas por resolver
ni_fu_more: La cita será el {dia}
ni_fu_more: Así lo contaron {quienes_todos}|El asunto ocupa las portadas desde el {dia}
generico: Lo que nadie vio venir|Las claves de la semana|{numero} preguntas y una respuesta
generico_more: Así cambió {ciudad} en {mes}
generico_more: Carta a {quienes_todos} de {ciudad}|Un {dia} cualquiera en {ciudad}|La imagen del {dia}
verbo: critican a, felicitan a, retan a, apoyan a, preguntan a, imitan a, sorprenden a, invitan a
verbo_more: reciben a, denuncian a
verbo_more: aplauden a, contestan a, desmienten a, convencen a, acusan a
motivo: por el ruido de las obras|tras una larga noche|en una carta abierta|antes de la cena benéfica|en {ciudad}
motivo_more: durante el apagón|por una apuesta perdida|en un debate de radio|el {dia} por la tarde
""")

CATEGORIES: dict[str, Lists] = {
    "POLÍTICA": lists("""
quien: la alcaldesa de {ciudad}|el ministro de Interior|la portavoz del Gobierno|el pleno municipal|la oposición
quien_more: la consejera de Vivienda|la comisión electoral|el líder del partido|la diputada {ella}|el concejal {el}
quienes: los diputados, los alcaldes, las ministras, los senadores, los concejales, los votantes, las candidatas
hace: aprueba, rechaza, debate, negocia, aplaza, defiende, retira, impulsa, presenta, cuestiona, firma
cosa: la ley de vivienda, el presupuesto municipal, la reforma electoral, una moción de censura
cosa_more: el decreto de alquileres
cosa_more: un pacto de gobierno, la ley de aguas, el acuerdo de coalición, una enmienda, el censo, la consulta popular
tema: la vivienda pública, el voto por correo, la transparencia, la financiación local, los indultos, la frontera
tema_more: las listas electorales, la memoria histórica, la descentralización
lugar: en el Congreso, en el pleno, en la sede del partido, en el Parlamento, en plena campaña, ante la Cámara
propio: Las encuestas dan {numero} escaños al partido de {nombre}|{nombre} deja su escaño {cuando}
propio_more: {ciudad} vota {cuando} {cosa}
propio_more: {numero} votos separan a {quien} de la mayoría|¿Quién paga {cosa}?|{quien} convoca elecciones {cuando}
dice: {quien} pidió diálogo {lugar}|El texto salió adelante por {numero} votos|{quienes} anunciaron su abstención
dice_more: La votación {lugar} se repetirá en {mes}|El partido quiere hablar de {tema} antes de las urnas
"""),
    "DEPORTES": lists("""
quien: el delantero {el}|la capitana {ella}|el equipo local|la selección|el portero suplente|la ciclista {ella}
quien_more: el entrenador de {ciudad}|la nadadora {ella}|el tenista {el}|el club de {ciudad}|la árbitra {ella}
quienes: los porteros, las ciclistas, los entrenadores, los árbitros, las nadadoras, los delanteros, los remeros
hace: gana, pierde, remonta, disputa, abandona, celebra, empata, domina, prepara, sentencia
cosa: la final, el derbi, la liga, un partido loco, el maratón, la etapa reina, la copa, el torneo, la semifinal
cosa_more: la regata, el clásico de invierno, la eliminatoria, el campeonato juvenil
tema: las lesiones, el fuera de juego, los fichajes, el dopaje, el fútbol femenino, la prórroga, el ascenso
tema_more: los penaltis, la cantera
lugar: en el estadio, en la pista, en el descuento, fuera de casa, en el vestuario, ante su afición, en la grada
propio: {ciudad} gana {pocos} a uno {lugar}|{nombre} se lesiona y será baja {numero} semanas
propio_more: {nombre} marca {pocos} goles {lugar}|{numero} medallas para {quienes} de {ciudad}
propio_more: {quien} ficha por {ciudad}
dice: {quien} entrenó {numero} semanas para {cosa}|La afición cantó hasta el pitido final|Fue su primer gol este año
dice_more: Un penalti en el minuto {numero} decidió {cosa}|{quienes} descansarán hasta el {dia}
"""),
    "ECONOMÍA": lists("""
quien: el banco central|la aerolínea local|la cadena de tiendas {apellido}|el fondo {apellido}|la patronal
quien_more: la fábrica de {ciudad}|el consejo de accionistas|la inversora {ella}|el grupo {apellido}
quienes: los inversores, las empresarias, los bancos, los comerciantes, los accionistas, los exportadores
quienes_more: las gestoras
hace: sube, baja, compra, vende, financia, recorta, congela, duplica, subasta, revisa
cosa: el tipo de interés, la deuda, los salarios, las acciones, el precio del aceite, la plantilla
cosa_more: el alquiler de oficinas
cosa_more: el dividendo, la factura de la luz, los beneficios, la hipoteca media, las exportaciones
tema: la inflación, el empleo, las pensiones, el ahorro, el teletrabajo, los impuestos, la deuda pública
tema_more: el comercio exterior, las pequeñas empresas
lugar: en la bolsa, en el mercado, en la junta de accionistas, en el tercer trimestre, en el sector, en rebajas
propio: La bolsa cae un {numero} por ciento {cuando}|{quien} cierra {numero} tiendas en {ciudad}
propio_more: El paro baja en {mucho} personas {cuando}|{quien} prevé ganar {numero} millones
propio_more: Los precios suben en {ciudad}
dice: {quien} prevé ingresos de {numero} millones|Las ventas crecieron un {numero} por ciento en {mes}
dice_more: {quienes} temen otra subida de precios|La operación {lugar} costará {mucho} empleos
"""),
    "CIENCIA": lists("""
quien: el telescopio de {ciudad}|la bióloga {ella}|un equipo de físicos|la agencia espacial|el laboratorio de {ciudad}
quien_more: la sonda {apellido}|el geólogo {el}|la Universidad de {ciudad}|un robot submarino|la química {ella}
quienes: los astrónomos, las biólogas, los físicos, los geólogos, las investigadoras, los botánicos, los ingenieros
hace: descubre, mide, observa, explica, fotografía, analiza, describe, clasifica, detecta
cosa: un cometa lejano, un fósil de dinosaurio, la capa de hielo, una proteína desconocida
cosa_more: un agujero negro, el genoma
cosa_more: una especie de orquídea, el campo magnético, un volcán submarino, la materia oscura, un asteroide
cosa_more: una bacteria
tema: la evolución, la gravedad, el cambio climático, la inteligencia artificial, las abejas
tema_more: los océanos, los exoplanetas
tema_more: la física cuántica, las mareas
lugar: en órbita, en el laboratorio, en la Antártida, en el fondo del mar, en la selva, bajo el microscopio
propio: Un estudio relaciona {tema} con {tema}|Hallan {lugar} {cosa}|{cosa} tiene {mucho} millones de años
propio_more: La misión despegará en {mes} para estudiar {tema}|{nombre} recibe un premio por su trabajo sobre {tema}
dice: El hallazgo se publicó en {mes}|Las muestras se tomaron {lugar}|{quienes} usaron datos de {numero} satélites
dice_more: El experimento duró {numero} años|La teoría sobre {tema} tendrá que revisarse
"""),
    "CULTURA": lists("""
quien: la novelista {ella}|el museo de {ciudad}|la orquesta juvenil|el festival de {ciudad}|el director {el}
quien_more: la cantante {ella}|la compañía de teatro|el poeta {el}|la biblioteca de {ciudad}|la actriz {ella}
quienes: los actores, las novelistas, los músicos, los libreros, las bailarinas, los cineastas, los poetas
hace: estrena, publica, expone, rueda, interpreta, traduce, restaura, graba, recupera, dirige
cosa: una ópera olvidada, su última novela, un documental, la obra completa, un disco de flamenco
cosa_more: el retrato de una reina
cosa_more: una comedia, los cuentos de su abuela, un mural, la colección de grabados, un poemario, la banda sonora
tema: el cine mudo, la poesía, el teatro de calle, las lenguas pequeñas, el jazz, los cómics, la fotografía
tema_more: los derechos de autor, la danza
lugar: en el teatro, en la feria del libro, en el museo, en la gran pantalla, sobre el escenario, en el estudio
propio: {nombre} gana el premio de novela de {ciudad}|{numero} películas para entender {tema}|Crítica: {cosa}, {lugar}
propio_more: El museo abre {numero} salas {cuando}|Agotadas las entradas para {cosa}|Muere {nombre}, voz de {tema}
dice: La función {lugar} acabó con {numero} minutos de aplausos|{quien} habla de {tema} sin nostalgia
dice_more: El libro llegará a las librerías en {mes}|La muestra reúne {mucho} piezas sobre {tema}
"""),
    "SALUD": lists("""
quien: el hospital de {ciudad}|la doctora {ella}|el centro de salud|la enfermera {ella}|el servicio de urgencias
quien_more: la psicóloga {ella}|la farmacia de guardia|el cirujano {el}|la sanidad pública|el colegio de médicos
quienes: los médicos, las enfermeras, los pacientes, los farmacéuticos, las pediatras, los dentistas, los cirujanos
hace: recomienda, ensaya, receta, retrasa, amplía, desaconseja, estudia, ofrece, evalúa, prueba
cosa: una vacuna, un tratamiento contra la migraña, la cirugía de rodilla, un análisis de sangre, la dieta sin sal
cosa_more: una terapia de grupo, los cuidados paliativos, el cribado, un antibiótico, una prótesis
cosa_more: las listas de espera
tema: el insomnio, la ansiedad, la diabetes, la gripe, el colesterol, la alergia, el dolor de espalda, la salud mental
tema_more: el sedentarismo
lugar: en la consulta, en el hospital, en quirófano, en la sala de espera, en atención primaria, en la planta cuarta
propio: {numero} hábitos contra {tema}|Dormir {pocos} horas más reduce {tema}|¿Sirve {cosa} contra {tema}?
propio_more: Aumentan los casos de gripe en {ciudad} {cuando}|{ciudad} estrena hospital con {mucho} camas
dice: {quien} aconseja caminar {numero} minutos al día|{quienes} atendieron a {mucho} personas {lugar}
dice_more: El tratamiento evita {tema} en la mitad de los casos|La espera {lugar} supera los {numero} días
"""),
    "SUCESOS": lists("""
quien: la policía local|el equipo forense|el juez de guardia|la guardia costera|un vecino de {ciudad}|el fiscal
quien_more: la fiscalía|la inspectora {ella}|el juzgado de {ciudad}|la unidad de montaña
quienes: los bomberos, los policías, las inspectoras, las patrullas, los agentes, los fiscales, los rescatistas
hace: investiga, detiene, localiza, vigila, rescata, registra, persigue, interroga, identifica
cosa: a un sospechoso, a una banda de carteristas, a dos montañeros, al presunto estafador, al dueño del almacén
cosa_more: a un excursionista perdido, a la conductora huida, al falso revisor, a cinco testigos
tema: el robo de la joyería, el incendio del almacén, un choque en cadena, la estafa de los pisos, la fuga
tema_more: el atraco al banco, las inundaciones, la desaparición de un velero
lugar: en la autopista, junto al río, en un garaje, en la comisaría, a la salida del túnel, en el puerto, de madrugada
propio: Un incendio {lugar} obliga a evacuar a {mucho} personas|{numero} heridos en un accidente {lugar}
propio_more: Roban {numero} cuadros {lugar} de {ciudad}|Prisión para {nombre} por {tema}
propio_more: Aparece {lugar} el coche robado
dice: {quienes} llegaron a los {numero} minutos|El detenido declarará el {dia}|Hubo {numero} heridos leves
dice_more: Las cámaras grabaron {tema}|El juicio por {tema} empezará en {mes}
"""),
}

# For every category.
PATTERNS = (
    *("{quien} {hace} {cosa} {cuando}", "{quienes} {hace_n} {cosa} {lugar}", "{quien} {hace} {cosa} {lugar}"),
    *(
        "{quienes} de {ciudad} opinan sobre {tema}",
        "{nombre}: «Hay que hablar de {tema}»",
        "El debate sobre {tema}",
    ),
    *(
        "{numero} claves sobre {tema} {cuando}",
        "{quienes} no {hace_n} {cosa} {cuando}",
        "{tema}, otra vez {lugar}",
    ),
    *("Por qué {quien} {hace} {cosa}", "{quien} ya no {hace} {cosa}"),
)
# With a word of another category.
CROSSING = (
    *("{quienes} y {other_quienes} {hace_n} {cosa}", "De {other_tema} a {tema}: la otra cara de {nombre}"),
    *("{quien} {hace} {cosa} {other_lugar}", "La deuda de {tema} con {other_tema}"),
)
# Pairs of the same words whose order, or whose negation, decides.
REVERSIBLE = (
    *("{one_quienes} {verbo} {two_quienes} {motivo}", "{motivo}, {one_quienes} {verbo} {two_quienes}"),
    *("El {dia} se habla de {one_tema} y no de {two_tema}", "No es por {two_tema}, sino por {one_tema}"),
    *("Menos {two_tema} y más {one_tema} en {ciudad}", "{ciudad} prefiere {one_tema} a {two_tema}"),
)
