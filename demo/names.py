"""Names for the people of the demo data. They are not those of real people."""

FIRST_NAMES = """
Ada Alma Amir Anouk Ben Bruno Carla Chidi Dana Dario Edda Elif Emil Esther Farid Femi Greta Hana
Hugo Ida Ines Ivo Jana Jonas Kaya Kofi Lara Leon Lina Luca Maja Malik Mara Milo Nadia Nils Nora
Olga Omar Oskar Pia Priya Rafael Rosa Ruben Salma Samir Selma Sofia Stella Sven Tara Theo Timo Uma
Vera Viktor Wanda Yara Yusuf Zoe
""".split()

LAST_NAMES = """
Abel Adeyemi Aksoy Almeida Bauer Becker Bell Berg Castro Clarke Conti Cruz Dahl Diaz Duarte Ekman
Eriksen Farrell Fischer Fontaine Garcia Grant Haddad Hansen Hoffmann Iqbal Jansen Joshi Kaplan
Keller Khan Klein Kowalski Kruger Lang Laurent Lindgren Lopez Maier Marsh Mbeki Meyer Moreau Murphy
Nagy Novak Okafor Olsen Patel Pereira Quinn Reed Ricci Roy Santos Schmidt Silva Singh Sousa Stone
Suzuki Tanaka Torres Vogel Walsh Weber Winter Young Zhang Ziegler
""".split()
